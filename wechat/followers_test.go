package wechat

import (
	"fmt"
	"iter"
	"testing"

	"magpie/wechat/apis"
)

func many(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("oFOLLOWER%017d", i)
	}
	return all
}

func collect(t *testing.T, seq iter.Seq2[string, error]) []string {
	t.Helper()
	var all []string
	for id, err := range seq {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, id)
	}
	return all
}

func TestFollowers(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 10_000, 25_001} {
		s, c := pretend(t)
		s.Followers(many(n)...)
		all := collect(t, c.Followers(t.Context()))
		if len(all) != n || n > 0 && all[n-1] != many(n)[n-1] {
			t.Errorf("Followers gives %d, want %d", len(all), n)
		}
		if n == 25_001 && len(s.ReceivedOn(apis.UserGet.Path)) != 4 {
			t.Errorf("25,001 followers took %d calls, want 3 and one that finds nobody", len(s.ReceivedOn(apis.UserGet.Path)))
		}
	}
}

func TestFollowersStopEarlyOrFail(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	s.Followers(many(20_000)...)
	for range c.Followers(t.Context()) {
		break
	}
	if n := len(s.ReceivedOn(apis.UserGet.Path)); n != 1 {
		t.Errorf("%d pages were read for one follower, want 1", n)
	}
	s.Answer(apis.UserGet.Path, 48001, 1)
	for id, err := range c.Followers(t.Context()) {
		if e := failed(t, "Followers", err); e.Code != 48001 || id != "" {
			t.Errorf("Followers = %q, %v, want 48001", id, e)
		}
	}
	if _, err := c.FollowerPage(t.Context(), "oNOBODYKNOWN"); failed(t, "FollowerPage", err).Code != 40003 {
		t.Errorf("FollowerPage after a stranger = %v, want 40003", err)
	}
	p, err := answering(t, `{"total":"2","count":2,"data":{"openid":["a","b"]},"next_openid":"b"}`).FollowerPage(t.Context(), "")
	if err != nil || p.Total != 2 || p.Next != "b" {
		t.Errorf("FollowerPage = %+v, %v", p, err)
	}
	// A server that gives the same page for ever does not hold us for ever.
	if n := len(collect(t, answering(t, `{"count":1,"data":{"openid":["a"]},"next_openid":"a"}`).Followers(t.Context()))); n > 2 {
		t.Errorf("a repeating listing gave %d", n)
	}
}
