match (zone, input) {
    (Zone::Disarmed, In::ArmAway) => Zone::ExitDelay,
    (Zone::Disarmed, In::ArmHome) => Zone::ArmedHome,
    (Zone::ExitDelay, In::Timer) => Zone::ArmedAway,
    (Zone::ExitDelay, In::Code) => Zone::Disarmed,
    (Zone::ArmedAway, In::Door) => Zone::EntryDelay,
    (Zone::ArmedAway, In::Window) => Zone::Siren,
    (Zone::ArmedHome, In::Window) => Zone::Siren,
    (Zone::ArmedHome, In::Code) => Zone::Disarmed,
    (Zone::EntryDelay, In::Code) => Zone::Disarmed,
    (Zone::EntryDelay, In::Timer) => Zone::Siren,
    (Zone::Siren, In::Code) => Zone::Disarmed,
    (z, _) => z,
}
