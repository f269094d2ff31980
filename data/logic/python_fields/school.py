from dataclasses import dataclass

@dataclass
class Pupil:
    name: str

@dataclass
class Teacher:
    name: str
    subject: str

@dataclass
class Lesson:
    teacher: Teacher
    pupils: list[Pupil]
    room: int

@dataclass
class Timetable:
    monday: list[Lesson]
    friday: list[Lesson]
