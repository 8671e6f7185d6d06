package jobs

import "testing"

func TestEachAccountHasItsShare(t *testing.T) {
	t.Parallel()
	j := New(Options{})
	var ends []func()
	for range Workers()[Batches] {
		done, ok := j.Share(Batches, "wx1")
		if !ok {
			t.Fatalf("place %d of %d is refused", len(ends)+1, Workers()[Batches])
		}
		ends = append(ends, done)
	}
	if _, ok := j.Share(Batches, "wx1"); ok {
		t.Error("an account has more than its share")
	}
	for _, other := range []share{{Batches, "wx2"}, {Calls, "wx1"}} {
		done, ok := j.Share(other.queue, other.account)
		if !ok {
			t.Fatalf("%v has no place beside an account that has taken all of its own", other)
		}
		done()
	}
	ends[0]()
	if _, ok := j.Share(Batches, "wx1"); !ok {
		t.Error("a place that was given back is not free")
	}
}

func TestSharedQueuesGrowWithTheAccounts(t *testing.T) {
	t.Parallel()
	for _, want := range []struct {
		queue    Queue
		accounts int
		most     int
	}{{Batches, 0, 3}, {Batches, 1, 3}, {Batches, 50, 150}, {Tells, 50, 8}, {Writing, 2, 8}} {
		if got := workersOf(want.queue, want.accounts); got != want.most {
			t.Errorf("workersOf(%s, %d): got %d, want %d", want.queue, want.accounts, got, want.most)
		}
	}
}
