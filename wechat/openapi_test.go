package wechat

import (
	"strings"
	"testing"
	"time"

	"magpie/wechat/apis"
)

func TestQuota(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	s.Quota(apis.SubscribeSend.Path, 3)
	for range 2 {
		if err := c.SendSubscribe(t.Context(), notice); err != nil {
			t.Fatal(err)
		}
	}
	if q, err := c.Quota(t.Context(), apis.SubscribeSend.Path); err != nil || *q != (Quota{3, 2, 1}) {
		t.Errorf("Quota = %+v, %v", q, err)
	}
	c.SendSubscribe(t.Context(), notice)
	if e := failed(t, "SendSubscribe", c.SendSubscribe(t.Context(), notice)); e.Code != 45009 {
		t.Errorf("SendSubscribe over the quota = %v, want 45009", e)
	}
	if _, err := c.Quota(t.Context(), "/cgi-bin/nothing"); failed(t, "Quota", err).Code != 76021 {
		t.Errorf("Quota of no API = %v, want 76021", err)
	}
	_, err := c.Quota(t.Context(), "")
	checked(t, "Quota of nothing", err, "cgi_path: required")
}

func TestRID(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	s.Refuses(notice.ToUser)
	refusal := failed(t, "SendSubscribe", c.SendSubscribe(t.Context(), notice))
	got, err := c.RID(t.Context(), refusal.RID)
	if err != nil || !strings.HasPrefix(got.RequestURL, apis.SubscribeSend.Path) || !strings.Contains(got.RequestBody, "Tea") || got.InvokeTime.IsZero() || got.Cost != 3*time.Millisecond {
		t.Errorf("RID = %+v, %v", got, err)
	}
	for rid, code := range map[string]int{"nonsense": 76002, "1-2-3": 76001} {
		if _, err := c.RID(t.Context(), rid); failed(t, "RID", err).Code != code {
			t.Errorf("RID(%s) = %v, want %d", rid, err, code)
		}
	}
	s.Advance(8 * 24 * time.Hour)
	if _, err := c.RID(t.Context(), refusal.RID); failed(t, "RID", err).Code != 76004 {
		t.Errorf("RID after 8 days = %v, want 76004", err)
	}
	_, err = c.RID(t.Context(), "")
	checked(t, "RID of nothing", err, "rid: required")
	quoted, err := answering(t, `{"errcode":0,"request":{"request_url":"/x?access_token=TOKEN-of-plain&secret=abcdef"}}`).RID(t.Context(), "1-2-3")
	if err != nil || strings.Contains(quoted.RequestURL, "TOKEN-of-plain") || strings.Contains(quoted.RequestURL, "abcdef") {
		t.Errorf("RID quotes %+v, %v, want no token in it", quoted, err)
	}
}
