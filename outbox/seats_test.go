package outbox

import (
	"fmt"
	"testing"
)

// A voice fills one place, whichever makes the rest possible.
func TestSeated(t *testing.T) {
	t.Parallel()
	const legal, brand, any = 1, 2, 4
	for _, c := range []struct {
		name   string
		places []int
		voices []int // where each may count
		count  int
		open   string
		exact  string
	}{
		{"nobody yet", []int{1, 1, 0}, nil, 0, "[true true false]", "[1 1 0]"},
		{"one of legal", []int{1, 1, 0}, []int{legal}, 1, "[false true false]", "[0 1 0]"},
		{"two of legal fill one place", []int{1, 1, 0}, []int{legal, legal}, 1, "[false true false]", "[0 1 0]"},
		{"who is in both leaves either open", []int{1, 1, 0}, []int{legal | brand}, 1, "[true true false]", "[]"},
		{"who is in both makes way", []int{1, 1, 0}, []int{legal | brand, legal}, 2, "[false false false]", "[0 0 0]"},
		{"and is one person alone", []int{1, 1, 0}, []int{legal | brand, any}, 1, "[true true false]", "[]"},
		{"any approver beside a set", []int{1, 0, 1}, []int{any, any}, 1, "[true false false]", "[1 0 0]"},
		{"of a set or any", []int{1, 0, 1}, []int{legal | any}, 1, "[true false true]", "[]"},
		{"a chain moves on", []int{1, 1, 1}, []int{legal | brand, brand | any, legal}, 3, "[false false false]", "[0 0 0]"},
	} {
		voices := make([]voice, len(c.voices))
		for i, in := range c.voices {
			voices[i] = voice{in&legal > 0, in&brand > 0, in&any > 0}
		}
		count, _ := seated(c.places, voices)
		m := missingOf(c.places, voices)
		if got, want := fmt.Sprint(count, m.open, m.exact), fmt.Sprint(c.count, " ", c.open, " ", c.exact); got != want {
			t.Errorf("%s: got %s, want %s", c.name, got, want)
		}
	}
}

func TestParseQuorum(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{"2", "2 "}, {"0", "0 "}, {" 1@S0LEGAL+1@U0BRAND ", "2 1@S0LEGAL+1@U0BRAND"}, {"2@S0LEGAL + 1 @ W0BOSS", "3 2@S0LEGAL+1@W0BOSS"},
		{"1+1@S0LEGAL", "2 1@S0LEGAL"}, {"1@S0LEGAL+1@S0LEGAL", "2 2@S0LEGAL"},
	} {
		q, why := parseQuorum(c.text)
		if got := fmt.Sprint(q.People, " ", written(q.Sets)); got != c.want || why != "" {
			t.Errorf("parseQuorum(%q): got %s, %q, want %s", c.text, got, why, c.want)
		}
		var back Sets
		if err := back.Scan(written(q.Sets)); err != nil || written(back) != written(q.Sets) {
			t.Errorf("Scan(%q): got %v, %v", written(q.Sets), back, err)
		}
	}
	for _, text := range []string{"", "-1", "many", "1@", "@S0LEGAL", "1@S0LEGAL+", "+1@S0LEGAL", "1@S0LEGAL++1@U1", "0@S0LEGAL", "-1@S0LEGAL", "x@S0LEGAL", "1@C0ROOM", "1@legal", "1@S", "1@@S0LEGAL", "2@U0BRAND", "1@U0BRAND+1@U0BRAND", "101@S0LEGAL", "60@S1+60@S2", "1.5@S1"} {
		if q, why := parseQuorum(text); why == "" {
			t.Errorf("parseQuorum(%q): got %v, want a fault", text, q)
		}
	}
}

// The stricter counts, of people and of each set.
func TestQuorumOr(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ one, other, want string }{
		{"1", "2", "2 "}, {"1@S1", "1", "1 1@S1"}, {"1@S1", "3", "3 1@S1"}, {"1@S1", "1@S2", "2 1@S1+1@S2"}, {"2@S1", "1@S1+1@S2", "3 2@S1+1@S2"},
	} {
		one, _ := parseQuorum(c.one)
		other, _ := parseQuorum(c.other)
		both := one.Or(other)
		if got := fmt.Sprint(both.People, " ", written(both.Sets)); got != c.want {
			t.Errorf("%s or %s: got %s, want %s", c.one, c.other, got, c.want)
		}
		if !both.Covers(one) || !both.Covers(other) || written(one.Sets) != written(both.Sets) && one.Covers(both) {
			t.Errorf("%s or %s: %v does not cover both, or is covered", c.one, c.other, both)
		}
	}
	if q, _ := ParsePolicy("*=1,*>1000=1@S0LEGAL", []string{"mass.send"}, nil); written(q.Need("wx1", "mass.send", true, 1001).Sets) != "1@S0LEGAL" || q.Need("wx1", "mass.send", true, 1000).Sets != nil {
		t.Error("a floor of a set counts above its threshold alone")
	}
	q, err := ParsePolicy("main/mass.send=1@S0LEGAL+1@U0BRAND", []string{"mass.send"}, map[string]string{"main": "wx1"})
	if got := q.Need("wx1", "mass.send", true, 1); err != nil || written(got.Sets) != "1@S0LEGAL+1@U0BRAND" || got.People != 2 {
		t.Errorf("an account's set: got %v, %v", got, err)
	}
}
