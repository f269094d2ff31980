impl Session {
    fn next(self, msg: Msg) -> Session {
        match (self, msg) {
            (Session::Guest, Msg::Login) if msg.known() => Session::User,
            (Session::User, Msg::Sudo) => Session::Admin,
            (Session::Admin, Msg::Drop) => Session::User,
            (Session::User, Msg::Logout) => Session::Guest,
            (Session::Admin, Msg::Logout) => Session::Guest,
            (same, _) => same,
        }
    }
}
