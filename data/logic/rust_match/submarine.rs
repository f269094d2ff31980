fn step(s: Depth, e: Order) -> Depth {
    match (s, e) {
        (Depth::Surface, Order::Dive) => Depth::Shallow,
        (Depth::Shallow, Order::Dive) => Depth::Deep,
        (Depth::Deep, Order::Rise) => Depth::Shallow,
        (Depth::Shallow, Order::Rise) => Depth::Surface,
        (Depth::Deep, Order::Blow) => Depth::Surface,
        (s, _) => s,
    }
}
