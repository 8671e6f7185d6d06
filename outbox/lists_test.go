package outbox_test

import (
	"slices"
	"testing"
	"time"

	"magpie/outbox"
	"magpie/store/storetest"
)

// Each way to narrow a list down, on both databases; what is counted is what is listed.
func TestLists(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		begun := time.Now().Add(-time.Minute)
		first, approvers, third := w.mustAsk("test.send", "U1", "a", "o1"), w.mustAsk("test.send", "UA1", "b", "o1"), w.mustAsk("test.send", "U1", "c", "o1", "o2", "o3", "o4")
		if _, err := w.Approve(t.Context(), outbox.Press{N: third, Who: person("UA1")}); err != nil { // it needs two
			t.Fatal(err)
		}
		if _, err := w.Reject(t.Context(), outbox.Press{N: first, Who: person("UA2"), Reason: "no"}); err != nil {
			t.Fatal(err)
		}
		own := outbox.Accounts{"wx1"}
		for name, test := range map[string]struct {
			q    outbox.Query
			want []int64
		}{
			"all":                       {outbox.Query{Accounts: own}, []int64{third, approvers, first}},
			"of no account":             {outbox.Query{}, nil},
			"of a state":                {outbox.Query{Accounts: own, State: outbox.Rejected}, []int64{first}},
			"somebody's":                {outbox.Query{Accounts: own, By: "U1"}, []int64{third, first}},
			"that wait for an approver": {outbox.Query{Accounts: own, WaitsFor: "UA2"}, []int64{third, approvers}},
			"not what they asked for, or have approved": {outbox.Query{Accounts: own, WaitsFor: "UA1"}, nil},
			"lower": {outbox.Query{Accounts: own, Before: third}, []int64{approvers, first}},
			"since": {outbox.Query{Accounts: own, From: begun}, []int64{third, approvers, first}},
			"until": {outbox.Query{Accounts: own, Until: begun}, nil},
		} {
			found, err := w.List(t.Context(), test.q, 9)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			var got []int64
			for _, r := range found {
				got = append(got, r.N)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("%s: got %v, want %v", name, got, test.want)
			}
			if count, err := w.Count(t.Context(), test.q, 9); err != nil || count != len(test.want) {
				t.Errorf("%s: counted %d, %v, want %d", name, count, err, len(test.want))
			}
		}
		if count, err := w.Count(t.Context(), outbox.Query{Accounts: own}, 2); err != nil || count != 2 {
			t.Errorf("up to two: counted %d, %v", count, err)
		}
		whom, err := w.Concerned(t.Context(), "request", []string{"1", "3"})
		if err != nil || !slices.Contains(whom, "U1") || !slices.Contains(whom, "UA2") {
			t.Errorf("whom requests concern: got %q, %v, want who asked and who may approve", whom, err)
		}
		if whom, err := w.Concerned(t.Context(), "article", []string{"1"}); err != nil || whom != nil {
			t.Errorf("whom an article concerns: got %q, %v, want nobody in particular", whom, err)
		}
	})
}
