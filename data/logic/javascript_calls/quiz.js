function start() {
  const questions = shuffle(load());
  questions.forEach((q) => ask(q));
  finish();
}

function load() {
  return JSON.parse(storage());
}

function storage() {
  return localStorage.getItem("quiz");
}

function shuffle(list) {
  return list.sort(() => Math.random() - 0.5);
}

function ask(question) {
  show(question.text);
  if (check(question)) addPoint();
}

function check(question) { return prompt() === question.answer; }
function addPoint() { show("+1"); }
function show(text) { console.log(text); }
function finish() { show("done"); }
