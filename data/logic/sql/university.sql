CREATE TABLE faculty (id INTEGER PRIMARY KEY, dean INTEGER REFERENCES lecturer(id));
CREATE TABLE lecturer (id INTEGER PRIMARY KEY, faculty INTEGER REFERENCES faculty(id));
CREATE TABLE module (id INTEGER PRIMARY KEY, owner INTEGER REFERENCES lecturer(id));
CREATE TABLE prerequisite (
  module INTEGER REFERENCES module(id),
  needs INTEGER REFERENCES module(id)
);
CREATE TABLE student (id INTEGER PRIMARY KEY, tutor INTEGER REFERENCES lecturer(id));
CREATE TABLE enrolment (
  id INTEGER PRIMARY KEY,
  student INTEGER REFERENCES student(id),
  module INTEGER REFERENCES module(id)
);
CREATE TABLE grade (enrolment INTEGER REFERENCES enrolment(id), mark INTEGER);
CREATE TABLE room (id INTEGER PRIMARY KEY);
CREATE TABLE lecture (module INTEGER REFERENCES module(id), room INTEGER REFERENCES room(id));
