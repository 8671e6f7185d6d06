package outbox_test

import (
	"context"
	"fmt"
	"testing"

	"magpie/cards"
	"magpie/jobs"
	"magpie/outbox"
	"magpie/store/storetest"
)

// A filing that takes minutes holds no message up.
func TestSlowCallsHoldNoShortOnes(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		goOn, begun := make(chan struct{}), make(chan struct{}, 100)
		w := newWorld(t, url)
		w.stop()
		w.before = func(o *outbox.Outbox) {
			outbox.Register(o, outbox.Kind[note]{
				Name: "test.slow", Keeps: outbox.InTheLine[note](), Slow: true, Repeat: outbox.RepeatHarmless,
				Do: func(context.Context, note, string) (outbox.Receipt, error) {
					begun <- struct{}{}
					<-goOn
					return nil, nil
				},
				Content: func(note) []cards.Content { return nil },
			})
		}
		w.open()
		t.Cleanup(func() { close(goOn) })
		for i := range 2 * jobs.Workers()[jobs.Calls] {
			w.mustAsk("test.slow", "U1", fmt.Sprint(i))
		}
		<-begun
		w.mustAsk("test.create", "U1", "tea", "oA")
		w.until("the short call", func() bool { return len(w.calls) == 1 })
	})
}
