fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

fn lcm(a: u64, b: u64) -> u64 {
    a / gcd(a, b) * b
}

fn lcm_all(list: &[u64]) -> u64 {
    let mut acc = 1;
    for &n in list {
        acc = lcm(acc, n);
    }
    acc
}

fn reduce(top: u64, bottom: u64) -> (u64, u64) {
    let g = gcd(top, bottom);
    (top / g, bottom / g)
}
