package commands

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"magpie/sending"
	"magpie/wechat"
)

// tagsAll has a tagger tag people at once, and gives what came of each and whom each call
// was for.
func tagsAll(t *testing.T, call func(openids []string) ([]string, error), openids ...string) (errs map[string]error, calls [][]string) {
	t.Helper()
	errs = map[string]error{}
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		tagger := &tagger{call: func(_ context.Context, tagID int, ids []string) ([]string, error) {
			mu.Lock()
			calls = append(calls, slices.Clone(ids))
			mu.Unlock()
			return call(ids)
		}, held: func(context.Context) bool { return false }}
		var wg sync.WaitGroup
		for _, id := range openids {
			wg.Go(func() {
				err := tagger.do(t.Context(), 100, id)
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					errs[id] = err
				}
			})
		}
		wg.Wait()
	})
	return errs, calls
}

func some(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("o%03d", i)
	}
	return all
}

// TestTagsFiftyAtOnce: 120 people are three calls, and each hears of their own.
func TestTagsFiftyAtOnce(t *testing.T) {
	errs, calls := tagsAll(t, func(ids []string) ([]string, error) {
		if slices.Contains(ids, "o007") {
			return []string{"o007"}, nil
		}
		return nil, nil
	}, some(120)...)
	sizes := []int{}
	for _, c := range calls {
		sizes = append(sizes, len(c))
	}
	slices.Sort(sizes)
	if !slices.Equal(sizes, []int{20, 50, 50}) || len(errs) != 1 || errs["o007"] != errNotTagged {
		t.Errorf("calls of %v people, errors %v; want 50, 50 and 20, and o007 not tagged", sizes, errs)
	}
}

// TestOneBadPersonSpoilsNoCall: where WeChat refuses a call for one of the people, the
// others are tagged all the same.
func TestOneBadPersonSpoilsNoCall(t *testing.T) {
	tagged := map[string]bool{}
	errs, calls := tagsAll(t, func(ids []string) ([]string, error) {
		if slices.Contains(ids, "o013") {
			return nil, &wechat.Error{Code: 40003, Msg: "invalid openid"}
		}
		for _, id := range ids {
			tagged[id] = true
		}
		return nil, nil
	}, some(50)...)
	if len(errs) != 1 || errs["o013"] == nil || len(tagged) != 49 || len(calls) > 13 {
		t.Errorf("%d tagged in %d calls, errors %v; want all but o013", len(tagged), len(calls), errs)
	}
}

// TestNobodyIsTwiceInACall: WeChat refuses a call that names somebody twice.
func TestNobodyIsTwiceInACall(t *testing.T) {
	errs, calls := tagsAll(t, func(ids []string) ([]string, error) { return nil, nil }, "oA", "oB", "oA")
	for _, c := range calls {
		if slices.Sort(c); len(slices.Compact(c)) != len(c) {
			t.Errorf("a call is for %v", c)
		}
	}
	if len(calls) != 2 || len(errs) != 0 {
		t.Errorf("calls %v, errors %v, want two calls", calls, errs)
	}
}

// TestNoHalvesAfterAStop: whoever was not called when the order was stopped is not called, and
// hears so; a call that is under way ends.
func TestNoHalvesAfterAStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var stopped atomic.Bool
		calls := 0
		tagger := &tagger{held: func(context.Context) bool { return stopped.Load() }, call: func(_ context.Context, _ int, ids []string) ([]string, error) {
			if calls++; calls == 2 {
				stopped.Store(true) // while the first half is called
				return nil, nil
			}
			return nil, &wechat.Error{Code: 40003, Msg: "invalid openid"}
		}}
		errs := map[string]error{}
		var mu sync.Mutex
		var wg sync.WaitGroup
		for _, id := range some(8) {
			wg.Go(func() {
				err := tagger.do(t.Context(), 100, id)
				mu.Lock()
				defer mu.Unlock()
				errs[id] = err
			})
		}
		wg.Wait()
		held := 0
		for _, err := range errs {
			if errors.Is(err, sending.ErrHeld) {
				held++
			}
		}
		if calls != 2 || held != 4 {
			t.Errorf("%d calls, %d held of %v; want 2 calls, and the second half held", calls, held, errs)
		}
	})
}
