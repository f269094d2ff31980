-- gauges along a river, each below another
CREATE TABLE river (id INTEGER PRIMARY KEY, flows_into INTEGER REFERENCES river(id));
CREATE TABLE gauge (
  id INTEGER PRIMARY KEY,
  river_id INTEGER REFERENCES river(id),
  upstream_id INTEGER REFERENCES gauge(id)
);
CREATE TABLE level (gauge_id INTEGER REFERENCES gauge(id), at TEXT, cm INTEGER);
CREATE VIEW latest AS SELECT gauge_id, max(at) FROM level GROUP BY gauge_id;
