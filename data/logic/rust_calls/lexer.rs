fn lex(src: &str) -> Vec<Token> {
    let mut out = vec![];
    let mut rest = src;
    while !rest.is_empty() {
        rest = skip_space(rest);
        let (token, tail) = next_token(rest);
        out.push(token);
        rest = tail;
    }
    out
}

fn next_token(s: &str) -> (Token, &str) {
    if starts_digit(s) { number(s) } else { word(s) }
}

fn skip_space(s: &str) -> &str { s.trim_start() }
fn starts_digit(s: &str) -> bool { true }
fn number(s: &str) -> (Token, &str) { cut(s) }
fn word(s: &str) -> (Token, &str) { cut(s) }
fn cut(s: &str) -> (Token, &str) { todo!() }
