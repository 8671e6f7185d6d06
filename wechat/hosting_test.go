package wechat

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"magpie/wechat/apis"
)

func TestHosting(t *testing.T) {
	t.Parallel()
	s, c := pretend(t, func(o *Options) { o.Call, o.AppSecret = "hosting", "" })
	e := failed(t, "SendSubscribe", c.SendSubscribe(t.Context(), notice))
	if e.Code != 41001 || !strings.Contains(e.Advice("en"), "cloud hosting") {
		t.Errorf("SendSubscribe outside the container = %v, advice %q", e, e.Advice("en"))
	}
	s.Hosting(apis.SubscribeSend.Path)
	if err := c.SendSubscribe(t.Context(), notice); err != nil {
		t.Fatal(err)
	}
	if _, err := c.CreateActivityID(t.Context(), CreateActivityIDParams{}); failed(t, "CreateActivityID", err).Code != 48001 {
		t.Errorf("CreateActivityID, which the console does not allow = %v, want 48001", err)
	}
	for _, r := range s.Received() {
		if r.Query.Has("access_token") || strings.Contains(r.Path, "token") {
			t.Errorf("a token travelled: %s %v", r.Path, r.Query)
		}
	}
	seq := plain(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("x-openapi-seqid", "SEQ-1")
		io.WriteString(w, `{"errcode":43101,"errmsg":"no"}`)
	}, func(o *Options) { o.Call = "hosting" })
	if e := failed(t, "SendSubscribe", seq.SendSubscribe(t.Context(), notice)); e.RID != "SEQ-1" {
		t.Errorf("SendSubscribe = %v, want the request named SEQ-1", e)
	}
}
