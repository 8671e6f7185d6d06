package outbox

// A voice is where an approval may count: in which places of a quorum, in their order.
type voice []bool

// seated puts as many voices as possible into the places of a quorum, each into one. It returns
// how many have one, and how many of each place are left empty.
func seated(places []int, voices []voice) (count int, empty []int) {
	var seats []int // the place that each seat is of
	for place, n := range places {
		for range n {
			seats = append(seats, place)
		}
	}
	sits := make([]int, len(voices)) // which seat each voice has; -1: none
	for i := range sits {
		sits[i] = -1
	}
	var seat func(s int, asked []bool) bool
	seat = func(s int, asked []bool) bool {
		for v, may := range voices {
			if !may[seats[s]] || asked[v] {
				continue
			}
			asked[v] = true
			if sits[v] < 0 || seat(sits[v], asked) { // whoever sits there moves on
				sits[v] = s
				return true
			}
		}
		return false
	}
	empty = make([]int, len(places))
	for s, place := range seats {
		if seat(s, make([]bool, len(voices))) {
			count++
		} else {
			empty[place]++
		}
	}
	return count, empty
}

// missing is what a quorum waits for: how many voices, and the places that one may still
// count in.
type missing struct {
	voices int
	open   []bool
	// exact are how many of each place, where that is not one or another.
	exact []int
}

func missingOf(places []int, voices []voice) missing {
	count, empty := seated(places, voices)
	m := missing{open: make([]bool, len(places)), exact: empty}
	for place, n := range places {
		m.voices += n
		only := make(voice, len(places))
		only[place] = true
		with, _ := seated(places, append(voices[:len(voices):len(voices)], only))
		m.open[place] = with > count
		if m.open[place] != (empty[place] > 0) {
			m.exact = nil
		}
	}
	m.voices -= count
	return m
}
