package peers

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"magpie/wechat"
	"magpie/wechat/wechattest"
)

// found is what a client for Node says that it has found at the pretended WeChat.
type found struct {
	Token     string
	MsgID     json.Number
	Followers []string
	Tagged    []string // nil: the client has no such call
	Ticket    string
	Mass      json.Number
	State     string
	Refused   int

	Heard  []string // of the pushed event
	Answer string

	Signature, Opened, ID string
	Sealed, Signed        string // the event as the client encrypts it
}

// anEvent is what is pushed to the clients that read events.
const anEvent = "<xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName><FromUserName><![CDATA[oA]]></FromUserName><CreateTime>1</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[subscribe]]></Event><EventKey><![CDATA[qrscene_春茶]]></EventKey></xml>"

// runNode has a client of npm/ speak with one pretended WeChat.
func runNode(t *testing.T, client string) (*wechattest.Server, wechattest.Pushes, found) {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("skipped: node is not here")
	}
	if _, err := os.Stat("npm/node_modules/" + client); err != nil {
		t.Skip("skipped: " + client + " is not here; run npm ci in npm/")
	}
	s, base, stop := wechattest.Start(wechattest.Options{})
	t.Cleanup(stop)
	s.Followed("oA", "oB", "oC")
	s.EventsTo(wechattest.EventAddress{URL: "http://127.0.0.1", Token: eventToken, AESKey: aesKey})
	s.Writes("oA", "hello") // so that it may be written to
	s.Unknown("oGone")
	push := s.Sign(anEvent)
	given, err := json.Marshal(map[string]any{
		"base": base, "appid": wechattest.DefaultAppID, "secret": wechattest.DefaultAppSecret, "token": eventToken, "aes_key": aesKey, "event": anEvent,
		"push": map[string]string{"url": "http://127.0.0.1/?" + push.Query.Encode(), "body": string(push.Body)},
	})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), node, "--no-deprecation", "npm/run.js", client)
	cmd.Stdin, cmd.Stderr = bytes.NewReader(given), t.Output()
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v", client, err)
	}
	var f found
	if err := json.Unmarshal(out, &f); err != nil {
		t.Fatalf("%s says %s: %v", client, out, err)
	}
	return s, push, f
}

// TestNodeClients: what clients for Node send arrives whole, and they find in the answers
// what they look for.
func TestNodeClients(t *testing.T) {
	t.Parallel()
	for client, has := range map[string]struct{ tags, subscribes, hears bool }{
		"wechat-api": {tags: true}, "co-wechat-api": {subscribes: true}, "node-easywechat": {tags: true, subscribes: true, hears: true},
	} {
		t.Run(client, func(t *testing.T) {
			t.Parallel()
			s, _, f := runNode(t, client)
			phone := s.Phone()
			var said []string
			for _, n := range phone.Notifications {
				said = append(said, n.Via+" "+n.OpenID+" "+n.Lines[0].Value)
			}
			want := []string{"template oA 巧克力<&>"}
			if has.subscribes {
				want = append(want, "subscribe oA 春茶")
			}
			if want = append(want, "custom oA 你好"); !slices.Equal(said, want) {
				t.Errorf("the phone shows %q, want %q", said, want)
			}
			if n := phone.Notifications[0]; n.MsgID != f.MsgID.String() || n.URL != "http://weixin.qq.com" {
				t.Errorf("the template message is %+v, the client was told %s", n, f.MsgID)
			}
			if m := phone.Masses; len(m) != 1 || !m[0].All || m[0].Text != "早<安>" || m[0].MsgID != f.Mass.String() || f.State != "SENDING" {
				t.Errorf("to all went %+v, the client was told %s %s", m, f.Mass, f.State)
			}
			if f.Token == "" || !slices.Equal(f.Followers, []string{"oA", "oB", "oC"}) || f.Ticket == "" || f.Refused != 40003 {
				t.Errorf("the client found %+v", f)
			}
			if has.tags && !slices.Equal(slices.Sorted(slices.Values(f.Tagged)), []string{"oA", "oB"}) {
				t.Errorf("tagged are %v, want oA and oB", f.Tagged)
			}
			if has.hears && (!slices.Equal(f.Heard, []string{"subscribe", "qrscene_春茶"}) || f.Answer != "success") {
				t.Errorf("of the event it hears %v and answers %q", f.Heard, f.Answer)
			}
		})
	}
}

// TestNodeOpensEvents: what the pretended WeChat encrypts wechat-crypto opens, and what that
// encrypts we open.
func TestNodeOpensEvents(t *testing.T) {
	t.Parallel()
	_, push, f := runNode(t, "wechat-crypto")
	if f.Opened != anEvent || f.ID != wechattest.DefaultAppID || f.Signature != push.Query.Get("msg_signature") {
		t.Errorf("it opens %q of %q, and signs it %s, want %s", f.Opened, f.ID, f.Signature, push.Query.Get("msg_signature"))
	}
	var heard []string
	events, err := wechat.NewEvents(wechat.EventOptions{AppIDs: []string{wechattest.DefaultAppID}, Token: eventToken, AESKey: aesKey, Handle: func(_ context.Context, e wechat.Event) error {
		heard = append(heard, e.Kind)
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	query := url.Values{"msg_signature": {f.Signed}, "encrypt_type": {"aes"}}
	for _, name := range []string{"timestamp", "nonce", "signature"} {
		query.Set(name, push.Query.Get(name))
	}
	body := fmt.Sprintf("<xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName><Encrypt><![CDATA[%s]]></Encrypt></xml>", f.Sealed)
	answer := httptest.NewRecorder()
	events.ServeHTTP(answer, httptest.NewRequest("POST", "/?"+query.Encode(), strings.NewReader(body)))
	if answer.Code != http.StatusOK || !slices.Equal(heard, []string{"subscribe"}) {
		t.Errorf("what it encrypts is answered with %d %s, and we hear %v", answer.Code, answer.Body, heard)
	}
}
