CREATE TABLE cinema (city TEXT, name TEXT, PRIMARY KEY (city, name));
CREATE TABLE screen (
  city TEXT,
  cinema TEXT,
  number INTEGER,
  FOREIGN KEY (city, cinema) REFERENCES cinema (city, name)
);
CREATE TABLE film (id INTEGER PRIMARY KEY, sequel_of INTEGER REFERENCES film (id));
CREATE TABLE showing (film_id INTEGER REFERENCES film (id), starts DATETIME);
