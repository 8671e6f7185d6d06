package sending

import "testing"

// A broadcast that fails too much holds at once, and nobody who looks at the database
// before the outcomes stand there lets it go on.
func TestSendersHoldUntilTheOutcomesAreWritten(t *testing.T) {
	t.Parallel()
	limit := FailureLimit{Percent: 30, After: 20}
	f := &flag{}
	for range 19 {
		f.count(Failed, limit)
	}
	if f.held() {
		t.Error("held below the number of outcomes that counts")
	}
	f.count(Unclear, limit)
	f.written = 19
	f.decide(true)
	if !f.held() {
		t.Error("not held, though an outcome is not written yet")
	}
	f.written = 20
	f.decide(true) // other processes had enough that went well
	if f.held() {
		t.Error("held, though the database knows all and says that it goes on")
	}
	for range 19 {
		f.count(Failed, limit)
	}
	if f.held() {
		t.Error("held by outcomes of which the database has decided")
	}
	f.count(Failed, limit)
	f.decide(false)
	if !f.held() {
		t.Error("not held, though the database says so")
	}
	f.decide(true)
	if f.held() {
		t.Error("held, though somebody let it go on")
	}
}
