package dimmer

func (l *Lamp) Press(long bool) {
	switch l.state {
	case Off:
		l.state = Low
	case Low:
		if long {
			l.state = Off
		}
		if !long {
			l.state = High
		}
	case High:
		if long {
			l.state = Off
		}
	}
}
