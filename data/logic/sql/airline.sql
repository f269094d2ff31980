create table airport (code text primary key);
create table flight (
  number text primary key,
  origin text not null references airport(code),
  destination text not null references airport(code)
);
create table booking (
  id integer primary key,
  flight_number text references flight(number),
  passenger_id integer,
  foreign key (passenger_id) references passenger(id)
);
create table passenger (id integer primary key, name text);
