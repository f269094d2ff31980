CREATE TABLE Department (
  dept_no INT PRIMARY KEY,
  head_id INT REFERENCES Employee(emp_no)
);
CREATE TABLE Employee (
  emp_no INT PRIMARY KEY,
  boss_id INT REFERENCES Employee(emp_no),
  dept_no INT REFERENCES Department(dept_no)
);
CREATE TABLE Badge (code TEXT, emp_no INT REFERENCES Employee(emp_no));
