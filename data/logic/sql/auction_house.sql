CREATE TABLE lots (
    lot_id INTEGER PRIMARY KEY,
    sale_id INTEGER,
    seller_id INTEGER,
    FOREIGN KEY (sale_id) REFERENCES sales (sale_id),
    FOREIGN KEY (seller_id) REFERENCES people (person_id)
);
CREATE TABLE sales (sale_id INTEGER PRIMARY KEY, auctioneer_id INTEGER REFERENCES people);
CREATE TABLE bids (
    lot_id INTEGER REFERENCES lots,
    bidder_id INTEGER REFERENCES people,
    cents INTEGER
);
CREATE TABLE people (person_id INTEGER PRIMARY KEY);
