package config

import (
	"regexp"
	"strconv"
	"time"
)

// retainUnits are in days: a year has 365.
var retainUnits = map[string]int{"d": 1, "w": 7, "y": 365}

var retainFor = regexp.MustCompile(`^([1-9][0-9]{0,4})([dwy])$`)

// Bounds of RETAIN, in days: what ended a moment ago is still asked about, and a longer time
// than a century is a slip of the hand.
const (
	leastRetained = 7
	mostRetained  = 36500
)

// retain is how long what has ended is kept, in whole days; 0: for good.
func (r *reader) retain(key string) time.Duration {
	v := r.or(key, "keep")
	if v == "keep" {
		return 0
	}
	m := retainFor.FindStringSubmatch(v)
	if m == nil {
		r.fault(key, "is %q: expected keep, or a number of days, weeks or years such as 400d, 60w or 2y", v)
		return 0
	}
	n, _ := strconv.Atoi(m[1]) // five digits always fit
	days := n * retainUnits[m[2]]
	if days < leastRetained || days > mostRetained {
		r.fault(key, "is %q: expected 7d or longer, and a century at most", v)
		return 0
	}
	return time.Duration(days) * 24 * time.Hour
}
