CREATE TABLE song (id INTEGER PRIMARY KEY, album_id INTEGER,
  CONSTRAINT on_album FOREIGN KEY (album_id) REFERENCES album (id) ON DELETE CASCADE);
CREATE TABLE album (id INTEGER PRIMARY KEY, label_id INTEGER,
  CONSTRAINT by_label FOREIGN KEY (label_id) REFERENCES record_label (id));
CREATE TABLE record_label (id INTEGER PRIMARY KEY);
CREATE TABLE playlist_entry (
  song_id INTEGER, playlist_id INTEGER, position INTEGER,
  PRIMARY KEY (playlist_id, position),
  FOREIGN KEY (song_id) REFERENCES song (id),
  FOREIGN KEY (playlist_id) REFERENCES playlist (id));
CREATE TABLE playlist (id INTEGER PRIMARY KEY);
