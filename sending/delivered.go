package sending

// delivered tells whoever counts of n deliveries of an order that have come to an outcome.
// Those of a group are told together, once it is committed: each costs next to nothing.
func (e *ledger) delivered(r Order, outcome State, n int) {
	if e.Delivered != nil && outcome != "" && n > 0 {
		e.Delivered(r.Kind, outcome, n)
	}
}
