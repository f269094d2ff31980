CREATE TABLE orchard (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE tree (
  id INTEGER PRIMARY KEY,
  orchard_id INTEGER REFERENCES orchard(id),
  variety_id INTEGER REFERENCES variety(id)
);
CREATE TABLE variety (id INTEGER PRIMARY KEY, label TEXT);
CREATE TABLE harvest (
  tree_id INTEGER REFERENCES tree(id),
  kilos REAL,
  picked DATE
);
