package store_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"magpie/store"
	"magpie/store/storetest"
)

func TestOneOfManySwapsTheToken(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		db := storetest.Open(t, url)
		now := time.Now().UTC().Truncate(time.Millisecond)
		if got, err := db.WeChatToken(t.Context(), "wx1"); err != nil || got != (store.WeChatToken{}) {
			t.Fatalf("nothing stands there: got %+v, %v", got, err)
		}
		for version := range int64(3) {
			next := store.WeChatToken{Version: version + 1, Value: "T", FetchedAt: now, Until: now.Add(time.Hour), Refresher: "me", LeaseEnds: now.Add(time.Minute)}
			var swapped atomic.Int32
			var wg sync.WaitGroup
			for range 20 {
				wg.Go(func() {
					ok, err := db.SwapWeChatToken(t.Context(), "wx1", next)
					if err != nil {
						t.Error(err)
					}
					if ok {
						swapped.Add(1)
					}
				})
			}
			wg.Wait()
			if got, err := db.WeChatToken(t.Context(), "wx1"); swapped.Load() != 1 || err != nil || got != next {
				t.Errorf("version %d: %d swapped it, got %+v, %v; want one and %+v", version+1, swapped.Load(), got, err, next)
			}
		}
		for _, stale := range []int64{1, 3, 5} {
			if ok, err := db.SwapWeChatToken(t.Context(), "wx1", store.WeChatToken{Version: stale}); ok || err != nil {
				t.Errorf("version %d over 3: got %t, %v, want false", stale, ok, err)
			}
		}
		if ok, err := db.SwapWeChatToken(t.Context(), "wx2", store.WeChatToken{Version: 2}); ok || err != nil {
			t.Errorf("version 2 where nothing stands: got %t, %v, want false", ok, err)
		}
	})
}

func TestWhatAPlatformMustNotLose(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		kept := store.WeChatTickets{DB: storetest.Open(t, url)}
		at := time.Now().UTC().Truncate(time.Millisecond)
		if ticket, when, err := kept.Ticket(t.Context(), "p"); ticket != "" || !when.IsZero() || err != nil {
			t.Errorf("no ticket: got %q, %v, %v", ticket, when, err)
		}
		for _, push := range []struct {
			ticket string
			at     time.Time
			want   string
		}{{"one", at, "one"}, {"two", at.Add(time.Minute), "two"}, {"late", at.Add(time.Second), "two"}} {
			if err := kept.SaveTicket(t.Context(), "p", push.ticket, push.at); err != nil {
				t.Fatal(err)
			}
			if got, _, err := kept.Ticket(t.Context(), "p"); got != push.want || err != nil {
				t.Errorf("after %s: got %q, %v, want %q", push.ticket, got, err, push.want)
			}
		}
		if got, err := kept.RefreshToken(t.Context(), "wx1"); got != "" || err != nil {
			t.Errorf("no refresh token: got %q, %v", got, err)
		}
		for _, token := range []string{"R1", "R2"} {
			if err := kept.SaveRefreshToken(t.Context(), "wx1", token); err != nil {
				t.Fatal(err)
			}
			if got, err := kept.RefreshToken(t.Context(), "wx1"); got != token || err != nil {
				t.Errorf("refresh token: got %q, %v, want %q", got, err, token)
			}
		}
	})
}

func TestNicknames(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		before := store.Nicknames{DB: storetest.Open(t, url)}
		kept := store.Nicknames{DB: before.DB, Account: "wx1"}
		if err := errors.Join(before.SetNickname(t.Context(), "U1", time.Unix(8, 0), "old", "T9"), kept.Adopt(t.Context(), time.Unix(8, 30)), kept.Adopt(t.Context(), time.Unix(9, 0)), kept.SetNickname(t.Context(), "U1", time.Unix(8, 0), "old", "")); err != nil {
			t.Fatal(err)
		}
		other := store.Nicknames{DB: before.DB, Account: "wx2"}
		if err := other.SetNickname(t.Context(), "U1", time.Unix(8, 0), "tea", "T1"); err != nil {
			t.Fatal(err)
		}
		for _, step := range []struct{ who, name, template string }{{"U1", "tea", "T1"}, {"U2", "tea", "T2"}, {"U1", "课", "T1"}, {"U1", "课", ""}} {
			if err := kept.SetNickname(t.Context(), step.who, time.Unix(9, 0), step.name, step.template); err != nil {
				t.Fatal(err)
			}
		}
		if got, by, err := kept.Nicknames(t.Context()); err != nil || len(got) != 1 || got["tea"] != "T2" || by["T2"] != "U2" || by["T1"] != "U1" {
			t.Errorf("got %v by %v, %v, want tea for T2, by U2", got, by, err)
		}
		if got, _, err := other.Nicknames(t.Context()); err != nil || len(got) != 1 || got["tea"] != "T1" {
			t.Errorf("of another account: got %v, %v, want tea for T1", got, err)
		}
		if got, _, err := before.Nicknames(t.Context()); err != nil || len(got) > 0 {
			t.Errorf("of no account: got %v, %v", got, err)
		}
		for template, want := range map[string][]string{
			"T1": {"9 U1 课 T1>", "9 U1 课 >T1", "9 U2 tea T1>T2", "9 U1 tea >T1"},
			"T9": {"8 U1 old T9>", "8  old T9>T9", "8 U1 old >T9"},
		} {
			var acts []string
			if err := kept.NicknameActs(t.Context(), template, 9, func(at time.Time, who, name, was, is string) {
				acts = append(acts, fmt.Sprintf("%d %s %s %s>%s", at.Unix(), who, name, was, is))
			}); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(acts, want) {
				t.Errorf("the record of %s: got %q, want %q", template, acts, want)
			}
		}
	})
}
