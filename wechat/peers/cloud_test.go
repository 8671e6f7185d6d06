package peers

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"

	"magpie/wechat"
	"magpie/wechat/wechattest"
)

// TestCloudFunction goes the whole way: our client calls the cloud function at
// one pretended WeChat; the function of cloud/ runs in Node on the real
// wx-server-sdk; what that calls arrives at a second pretended WeChat, as from
// inside the cloud.
func TestCloudFunction(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("skipped: node is not here")
	}
	if _, err := os.Stat("../../cloud/node_modules/wx-server-sdk"); err != nil {
		t.Skip("skipped: wx-server-sdk is not here; run npm ci in cloud/")
	}
	inside, base, stop := wechattest.Start(wechattest.Options{})
	t.Cleanup(stop)
	inside.Hosting()
	inside.UniformAsPage(true)
	run := startFunction(t, node, base)

	outside, base, stop := wechattest.Start(wechattest.Options{})
	t.Cleanup(stop)
	outside.Function(run)
	c, err := wechat.New(wechat.Options{
		AppID: wechattest.DefaultAppID, AppSecret: wechattest.DefaultAppSecret, BaseURL: base,
		Call: "function", Function: wechat.Function{Env: wechattest.DefaultCloudEnv, Name: wechattest.DefaultCloudFunction},
	})
	if err != nil {
		t.Fatal(err)
	}

	a, err := c.CreateActivityID(t.Context(), wechat.CreateActivityIDParams{OpenID: "oAAAAAAAA9Z"})
	if err != nil || a.ExpirationTime.IsZero() {
		t.Fatalf("CreateActivityID = %+v, %v", a, err)
	}
	params := wechat.TemplateInfo{ParameterList: []wechat.Parameter{{Name: "member_count", Value: "2"}, {Name: "room_limit", Value: "5"}}}
	if err := c.SetUpdatableMsg(t.Context(), wechat.UpdatableMsg{ActivityID: a.ActivityID, TemplateInfo: params}); err != nil {
		t.Errorf("SetUpdatableMsg = %v", err)
	}
	data := map[string]wechat.DataValue{"keyword1": {Value: "巧克力<&>"}}
	if err := c.SendUniform(t.Context(), wechat.UniformMsg{
		ToUser: "oAAAAAAAA9Z",
		Weapp:  &wechat.WeappTemplateMsg{TemplateID: "T", Page: "p", FormID: "F", Data: data, EmphasisKeyword: "keyword1.DATA"},
		MP:     &wechat.MPTemplateMsg{AppID: "wx1", TemplateID: "T", URL: "http://weixin.qq.com", Data: data},
	}); err != nil {
		t.Errorf("SendUniform = %v", err)
	}
	msg := wechat.SubscribeMsg{ToUser: "oAAAAAAAA9Z", TemplateID: "T", ClientMsgID: "M1", Data: map[string]wechat.DataValue{"character_string2": {Value: "A1"}}}
	if err := c.SendSubscribe(t.Context(), msg); err != nil {
		t.Errorf("SendSubscribe = %v", err)
	}
	phone := inside.Phone()
	if len(phone.Notifications) != 2 || phone.Notifications[0].Emphasis != "keyword1.DATA" || phone.Notifications[0].Lines[0].Value != "巧克力<&>" ||
		phone.Notifications[1].Lines[0].Key != "character_string2" || phone.Notifications[1].ClientMsgID != "M1" || phone.Activities[0].MemberCount != "2" {
		t.Errorf("the phone shows %+v", phone)
	}
	inside.Refuses("oAAAAAAAA9Z")
	if e, ok := c.SendSubscribe(t.Context(), msg).(*wechat.Error); !ok || e.Code != 43101 || e.RID == "" || e.Unclear() {
		t.Errorf("SendSubscribe to one who refuses = %v, want 43101 and its rid", e)
	}
	inside.Refuses()
	inside.DropAfter(1)
	if e, ok := c.SendSubscribe(t.Context(), msg).(*wechat.Error); !ok || !e.Unclear() {
		t.Errorf("SendSubscribe with an answer lost inside the cloud = %v, want unclear", e)
	}
}

// startFunction runs cloud/test/run.js and returns what gives it an event.
func startFunction(t *testing.T, node, base string) func(event []byte) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), node, "../../cloud/test/run.js", base)
	cmd.Stderr = t.Output()
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); io.Copy(io.Discard, out); cmd.Wait() })
	lines := bufio.NewReader(out)
	return func(event []byte) []byte {
		fmt.Fprintf(in, "%s\n", event)
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return nil // it has crashed
		}
		return line
	}
}
