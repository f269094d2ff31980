match (fuse, reading) {
    (Fuse::Intact, Load::Normal) => Fuse::Intact,
    (Fuse::Intact, Load::High) => Fuse::Warm,
    (Fuse::Warm, Load::Normal) => Fuse::Intact,
    (Fuse::Warm, Load::High) => Fuse::Blown,
    (Fuse::Blown, Load::Replaced) => Fuse::Intact,
    (other, _) => other,
}
