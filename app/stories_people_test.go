package app

import (
	"fmt"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"

	"magpie/bot/slacktest"
	"magpie/wechat/wechattest"
)

// peopleOrders are what people do at WeChat in the story command wechat: writes OPENID TEXT,
// answers OPENID TEMPLATE accept|reject, turns-off OPENID TEMPLATE, follows OPENID [SCENE],
// scans OPENID SCENE, unfollows OPENID, comment MSG_DATA_ID INDEX OPENID TEXT; comments prints those there are;
// and what WeChat does not let: untaggable OPENID…, no-comments.
func peopleOrders(wx *wechattest.Server, ts *testscript.TestScript, args []string) map[string]func() {
	return map[string]func(){
		"writes":     func() { wx.Writes(args[1], args[2]) },
		"answers":    func() { wx.Answers(args[1], args[2], args[3] == "accept") },
		"turns-off":  func() { wx.TurnsOff(args[1], args[2]) },
		"follows":    func() { wx.Follows(args[1], args[2]) },
		"scans":      func() { wx.Scans(args[1], args[2]) },
		"unfollows":  func() { wx.Unfollows(args[1]) },
		"untaggable": func() { wx.NotTagged(args[1:]...) },
		"comment": func() {
			index, err := strconv.Atoi(args[2])
			ts.Check(err)
			tell(ts, strconv.Itoa(wx.Comment(args[1], index, args[3], args[4])))
		},
		"comments": func() {
			said := ""
			for _, c := range wx.Comments() {
				said += fmt.Sprintf("%s: %s, featured %v, reply %q\n", c.OpenID, c.Text, c.Featured, c.Reply)
			}
			tell(ts, said)
		},
		"no-comments": func() { wx.NoComments(true) },
	}
}

// cmdGroup makes a user group, or has those who are named be in it from now on.
func cmdGroup(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: group ID HANDLE WHO…")
	}
	ids := []string{}
	for _, name := range args[2:] {
		ids = append(ids, who(ts, name))
	}
	w := theWorld(ts)
	if w.groups[args[0]] {
		w.slack.SetGroup(args[0], ids...)
		return
	}
	w.groups[args[0]] = true
	w.slack.AddGroup(slacktest.Group{ID: args[0], Handle: args[1], Name: args[1], Users: ids})
}
