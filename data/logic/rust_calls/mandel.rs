fn main() {
    for y in 0..40 {
        println!("{}", 1);
        let line = row(y);
        emit(&line);
    }
}

fn row(y: u32) -> String {
    let mut out = String::new();
    for x in 0..80 {
        let c = shade(escape(scale(x), scale(y)));
        out.push(c);
    }
    out
}

fn scale(v: u32) -> f64 { v as f64 / 20.0 - 2.0 }
fn escape(a: f64, b: f64) -> u32 { if norm(a, b) > 4.0 { 0 } else { 9 } }
fn norm(a: f64, b: f64) -> f64 { a * a + b * b }
fn shade(n: u32) -> char { if n > 5 { '#' } else { '.' } }
fn emit(line: &str) {}
