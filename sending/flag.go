package sending

import (
	"sync/atomic"
	"time"
)

// flag tells the senders of a broadcast in this process to hold.
type flag struct {
	account  string // whose order it is
	batches  int
	progress bool // its card tells how far it has come
	on       atomic.Bool
	told     time.Time // the committer's: when the card was last drawn

	// Outcomes here since the database last said that it goes on.
	good, bad atomic.Int64
	// tripped is the number of outcomes at which too much failed; zero: not so far. The
	// senders hold until so many are written: then the database decides.
	tripped atomic.Int64
	written int64 // the committer's: outcomes that are written
}

func (f *flag) held() bool { return f.on.Load() || f.tripped.Load() > 0 }

// count counts an outcome. Where too much fails the senders hold at once; whether the
// broadcast is held is decided when the outcomes are written.
func (f *flag) count(state State, limit FailureLimit) {
	switch state {
	case Done:
		f.good.Add(1)
		return
	case Failed, Unclear:
		f.bad.Add(1)
	default:
		return
	}
	if good, bad := f.good.Load(), f.bad.Load(); limit.passed(int(good), int(bad)) {
		f.tripped.CompareAndSwap(0, good+bad)
	}
}

// decide takes over what the database says of the broadcast. While outcomes for which
// the senders hold are not written it knows too little to let them go on.
func (f *flag) decide(goes bool) {
	f.on.Store(!goes)
	if at := f.tripped.Load(); at > 0 && (!goes || f.written >= at) {
		f.good.Store(0)
		f.bad.Store(0)
		f.written = 0
		f.tripped.Store(0)
	}
}
