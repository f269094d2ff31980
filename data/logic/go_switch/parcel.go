package parcel

func Next(s State, e Event) State {
	switch s {
	case Packed:
		if e == PickedUp {
			return Travelling
		}
	case Travelling:
		switch e {
		case Arrived:
			return AtDepot
		case Damaged:
			return Returned
		}
	case AtDepot:
		switch e {
		case LoadedVan:
			return Travelling
		case Collected:
			return Delivered
		}
	case Delivered, Returned:
		if e == Archived {
			return Packed
		}
	}
	return s
}
