package slacktest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"magpie/bot/slacktest"
)

func codeIs(t *testing.T, what string, err error, want string) {
	t.Helper()
	if got := fmt.Sprint(err); got != want && !(err == nil && want == "") {
		t.Errorf("%s: got %v, want %q", what, err, want)
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{})
	_, err := slack.New("xoxb-other", slack.OptionAPIURL(s.APIURL)).AuthTest()
	codeIs(t, "auth.test with another token", err, "invalid_auth")
	_, err = slack.New("", slack.OptionAPIURL(s.APIURL)).AuthTest()
	codeIs(t, "auth.test without a token", err, "not_authed")
	_, err = slack.New("xapp-test", slack.OptionAPIURL(s.APIURL)).AuthTest()
	codeIs(t, "auth.test with the app token", err, "not_allowed_token_type")
	me, err := s.api.AuthTest()
	if err != nil || me.UserID != "U0MAGPIE" || me.BotID != "B0MAGPIE" || me.TeamID != "T0MAGPIE" || me.URL != s.URL+"/" {
		t.Errorf("auth.test: got %+v, %v", me, err)
	}
	_, err = s.api.GetTeamInfo()
	codeIs(t, "a method that is not served", err, "unknown_method")
	for _, c := range s.Calls("") {
		if raw, _ := json.Marshal(c); bytes.Contains(raw, []byte("test-")) || bytes.Contains(raw, []byte("xoxb-test")) || bytes.Contains(raw, []byte("xapp-test")) {
			t.Errorf("a token stands in the record: %s", raw)
		}
	}
}

func TestBodies(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{})
	post := func(kind, token, body string) (out map[string]any) {
		t.Helper()
		r, _ := http.NewRequestWithContext(s.ctx, http.MethodPost, s.APIURL+"chat.postMessage", strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		raw, _ := io.ReadAll(resp.Body)
		if err := json.Unmarshal(raw, &out); err != nil {
			t.Fatalf("answer %s: %v", raw, err)
		}
		return out
	}
	form, js := "application/x-www-form-urlencoded", "application/json; charset=utf-8"
	for _, c := range []struct{ kind, token, body, want string }{
		{form, "", "token=xoxb-test&channel=C0GENERAL&text=a", "<nil>"},
		{form, "xoxb-test", "channel=general&text=a", "<nil>"},
		{js, "xoxb-test", `{"channel":"C0GENERAL","blocks":[{"type":"divider"}]}`, "<nil>"},
		{js, "xoxb-test", `{"channel":"C0GENERAL","blocks":"[{\"type\":\"divider\"}]"}`, "<nil>"},
		{js, "", `{"token":"xoxb-test","channel":"C0GENERAL","text":"a"}`, "not_authed"},
		{js, "xoxb-test", `{`, "invalid_json"},
		{"text/plain", "xoxb-test", `a`, "invalid_post_type"},
		{form, "xoxb-test", "channel=C0GENERAL&blocks=x", "invalid_blocks_format"},
		{form, "xoxb-test", "channel=C0GENERAL&blocks=" + `[{"type":"section"}]`, "invalid_blocks"},
	} {
		got := post(c.kind, c.token, c.body)
		if fmt.Sprint(got["error"]) != c.want {
			t.Errorf("%s %s: got %v, want %s", c.kind, c.body, got, c.want)
		}
		if c.want == "invalid_blocks" {
			m := fmt.Sprint(got["response_metadata"])
			if m != "map[messages:[[ERROR] missing required field: text or fields [json-pointer:/blocks/0]]]" {
				t.Errorf("response_metadata: got %s", m)
			}
		}
	}
}

func TestMessages(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{})
	s.AddChannel(slacktest.Channel{ID: "C0OLD", Name: "old", Archived: true, BotIn: true})
	s.AddChannel(slacktest.Channel{ID: "C0OPEN", Name: "open"})
	text := func(s string) slack.MsgOption { return slack.MsgOptionText(s, false) }
	for channel, want := range map[string]string{general: "", "#general": "", "C0OPEN": "", amy: "", secret: "channel_not_found", "C0NONE": "channel_not_found", "C0OLD": "is_archived"} {
		_, _, err := s.api.PostMessage(channel, text("a"))
		codeIs(t, "PostMessage to "+channel, err, want)
	}
	if got := s.Messages(s.DM(amy)); len(got) != 1 {
		t.Errorf("a message to a person: got %d in the DM, want 1", len(got))
	}
	_, _, err := s.api.PostMessage(general)
	codeIs(t, "PostMessage of nothing", err, "no_text")
	_, err = s.api.PostEphemeral("C0OPEN", amy, text("a"))
	codeIs(t, "PostEphemeral where the bot is not", err, "not_in_channel")
	_, err = s.api.PostEphemeral(general, "U0NONE", text("a"))
	codeIs(t, "PostEphemeral to nobody", err, "user_not_in_channel")
	ets, err := s.api.PostEphemeral(general, amy, text("psst"), slack.MsgOptionBlocks(approveCard()...))
	codeIs(t, "PostEphemeral", err, "")
	_, _, _, err = s.api.UpdateMessage(general, ets, text("a"))
	codeIs(t, "UpdateMessage of an ephemeral one", err, "message_not_found")
	theirs, _ := s.Write(amy, general, "", "mine")
	_, _, _, err = s.api.UpdateMessage(general, theirs.TS, text("a"))
	codeIs(t, "UpdateMessage of another's", err, "cant_update_message")

	_, ts, err := s.api.PostMessage(general, text("#17"), slack.MsgOptionBlocks(approveCard()...))
	codeIs(t, "PostMessage", err, "")
	_, _, _, err = s.api.UpdateMessage(general, ts, text(strings.Repeat("a", 4001)))
	codeIs(t, "UpdateMessage with 4,001 bytes", err, "msg_too_long")
	_, _, _, err = s.api.UpdateMessage(general, ts, text(strings.Repeat("a", 4000)))
	codeIs(t, "UpdateMessage with 4,000 bytes", err, "")
	if m, _ := s.Message(general, ts); len(m.Buttons()) != 2 {
		t.Errorf("blocks that were not given: got %s, want them kept", m.Blocks)
	}
	_, reply, err := s.api.PostMessage(general, text("sent"), slack.MsgOptionTS(ts))
	codeIs(t, "PostMessage in a thread", err, "")
	msgs, more, _, err := s.api.GetConversationReplies(&slack.GetConversationRepliesParameters{ChannelID: general, Timestamp: ts})
	if err != nil || more || len(msgs) != 2 || msgs[0].ReplyCount != 1 || msgs[1].Timestamp != reply || msgs[1].ThreadTimestamp != ts {
		t.Errorf("GetConversationReplies: got %+v, %v", msgs, err)
	}
	link, err := s.api.GetPermalink(&slack.PermalinkParameters{Channel: general, Ts: ts})
	if err != nil || link != s.URL+"/archives/"+general+"/p"+strings.Replace(ts, ".", "", 1) {
		t.Errorf("GetPermalink: got %s, %v", link, err)
	}
	codeIs(t, "AddReaction", s.api.AddReaction("eyes", slack.NewRefToMessage(general, ts)), "")
	codeIs(t, "AddReaction again", s.api.AddReaction("eyes", slack.NewRefToMessage(general, ts)), "already_reacted")
	h, err := s.api.GetConversationHistory(&slack.GetConversationHistoryParameters{ChannelID: general, Limit: 2})
	if err != nil || len(h.Messages) != 2 || !h.HasMore || h.Messages[0].Timestamp != ts || h.Messages[0].Reactions[0].Name != "eyes" {
		t.Errorf("GetConversationHistory: got %+v, %v", h, err)
	}
	_, _, err = s.api.DeleteMessage(general, ts)
	codeIs(t, "DeleteMessage", err, "")
	_, _, err = s.api.DeleteMessage(general, ts)
	codeIs(t, "DeleteMessage again", err, "message_not_found")
	_, err = s.api.GetConversationHistory(&slack.GetConversationHistoryParameters{ChannelID: "C0OPEN"})
	codeIs(t, "GetConversationHistory where the bot is not", err, "not_in_channel")
}

func TestPeopleAndChannels(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{})
	s.AddUser(slacktest.User{ID: "U0G", Name: "guest", UltraGuest: true})
	s.AddUser(slacktest.User{ID: "U0S", Name: "far", Stranger: true, TeamID: "T0OTHER"})
	u, err := s.api.GetUserInfo(bo)
	if err != nil || u.Locale != "zh-CN" || u.TZOffset != 28800 || u.RealName != "薄" || u.TeamID != "T0MAGPIE" {
		t.Errorf("GetUserInfo: got %+v, %v", u, err)
	}
	if u, _ := s.api.GetUserInfo("U0G"); !u.IsRestricted || !u.IsUltraRestricted {
		t.Errorf("a guest: got %+v", u)
	}
	if u, _ := s.api.GetUserInfo("U0S"); !u.IsStranger || u.TeamID != "T0OTHER" {
		t.Errorf("a stranger: got %+v", u)
	}
	_, err = s.api.GetUserInfo("U0NONE")
	codeIs(t, "GetUserInfo of nobody", err, "user_not_found")
	all, err := s.api.GetUsers(slack.GetUsersOptionLimit(2)) // in pages of two
	if err != nil || len(all) != 5 {
		t.Errorf("GetUsers: got %d, %v, want 5", len(all), err)
	}
	ids, err := s.api.GetUserGroupMembers("S0OPS")
	if err != nil || fmt.Sprint(ids) != "[U0AMY]" {
		t.Errorf("GetUserGroupMembers: got %v, %v", ids, err)
	}
	s.SetGroup("S0OPS", amy, bo)
	gs, err := s.api.GetUserGroups(slack.GetUserGroupsOptionIncludeUsers(true))
	if err != nil || len(gs) != 1 || len(gs[0].Users) != 2 || gs[0].Handle != "ops" {
		t.Errorf("GetUserGroups: got %+v, %v", gs, err)
	}
	_, err = s.api.GetUserGroupMembers("S0NONE")
	codeIs(t, "GetUserGroupMembers of none", err, "no_such_subteam")

	c, err := s.api.GetConversationInfo(&slack.GetConversationInfoInput{ChannelID: general})
	if err != nil || c.Name != "general" || !c.IsMember || c.IsPrivate {
		t.Errorf("GetConversationInfo: got %+v, %v", c, err)
	}
	cs, err := s.api.GetAllConversations(slack.GetConversationsOptionLimit(1), slack.GetConversationsOptionTypes([]string{"public_channel", "private_channel"}))
	if err != nil || len(cs) != 1 {
		t.Errorf("GetAllConversations: got %d, %v, want the public one", len(cs), err)
	}
	dm, _, already, err := s.api.OpenConversation(&slack.OpenConversationParameters{Users: []string{amy}, ReturnIM: true})
	if err != nil || already || dm.ID != s.DM(amy) || dm.User != amy {
		t.Errorf("OpenConversation: got %+v, %v, %v", dm, already, err)
	}
	members, _, err := s.api.GetUsersInConversation(&slack.GetUsersInConversationParameters{ChannelID: general})
	if err != nil || len(members) != 4 { // amy, bo, the guest and the bot; no stranger
		t.Errorf("GetUsersInConversation: got %v, %v", members, err)
	}
	s.AddChannel(slacktest.Channel{ID: "C0NEW", Name: "new"})
	if _, _, _, err = s.api.JoinConversation("C0NEW"); err != nil {
		t.Error(err)
	}
	_, _, _, err = s.api.JoinConversation(secret)
	codeIs(t, "JoinConversation of a private channel", err, "channel_not_found")
	mine, _, err := s.api.GetConversationsForUser(&slack.GetConversationsForUserParameters{})
	if err != nil || len(mine) != 2 {
		t.Errorf("GetConversationsForUser: got %+v, %v, want general and new", mine, err)
	}
}

func TestFiles(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{})
	data := bytes.Repeat([]byte("tea,"), 100000)
	f, err := s.api.UploadFileContext(s.ctx, slack.UploadFileParameters{Reader: bytes.NewReader(data), FileSize: len(data), Filename: "rows.csv",
		Title: "Rows", Channel: general, InitialComment: "all of them"})
	if err != nil {
		t.Fatal(err)
	}
	m := s.Messages(general)
	if len(m) != 1 || m[0].Text != "all of them" || len(m[0].Files) != 1 || m[0].Files[0].Title != "Rows" || !bytes.Equal(m[0].Files[0].Data, data) {
		t.Fatalf("the shared file: got %+v", m)
	}
	if raw, _, _, err := s.api.GetFileInfo(f.ID, 0, 0); err != nil || raw.Mimetype != "" {
		t.Fatalf("GetFileInfo, at once: got mimetype %q, %v, want none yet", raw.Mimetype, err)
	}
	info, _, _, err := s.api.GetFileInfo(f.ID, 0, 0)
	if err != nil || info.Size != len(data) || info.Mimetype != "text/csv" {
		t.Fatalf("GetFileInfo: got %+v, %v", info, err)
	}
	var got bytes.Buffer
	if err := s.api.GetFileContext(s.ctx, info.URLPrivate, &got); err != nil || !bytes.Equal(got.Bytes(), data) {
		t.Fatalf("GetFile: got %d bytes, %v", got.Len(), err)
	}
	other := slack.New("xoxb-other", slack.OptionAPIURL(s.APIURL))
	if err := other.GetFileContext(s.ctx, info.URLPrivate, io.Discard); err == nil {
		t.Error("GetFile with another token: got nil, want an error")
	}
	_, err = s.api.UploadFileContext(s.ctx, slack.UploadFileParameters{Content: "a", FileSize: 2, Filename: "a.txt"})
	if err == nil {
		t.Error("an upload shorter than announced: got nil, want an error")
	}
}

func TestPlainText(t *testing.T) {
	t.Parallel()
	m := slacktest.Message{Text: "fallback", Blocks: json.RawMessage(`[
		{"type":"header","text":{"type":"plain_text","text":"Title"}},
		{"type":"section","text":{"type":"mrkdwn","text":"*bold*"},"fields":[{"type":"mrkdwn","text":"field"}],"accessory":{"type":"button","text":{"type":"plain_text","text":"Beside"}}},
		{"type":"context","elements":[{"type":"mrkdwn","text":"small"}]},
		{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"by "},{"type":"user","user_id":"U1"}]},
			{"type":"rich_text_list","style":"bullet","elements":[{"type":"rich_text_section","elements":[{"type":"link","url":"https://a.b"}]}]}]},
		{"type":"markdown","text":"# md"},
		{"type":"table","rows":[[{"type":"raw_text","text":"a"},{"type":"raw_number","value":1.5}],[{"type":"raw_text","text":"b"},{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"c"}]}]}]]},
		{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"Go"},"value":"go"}]}]`)}
	want := "Title\n*bold*\nfield\nBeside\nsmall\nby <@U1>\nhttps://a.b\n# md\na | 1.5\nb | c\nGo"
	if got := m.PlainText(); got != want {
		t.Errorf("PlainText:\ngot  %q\nwant %q", got, want)
	}
	if got := m.Buttons(); len(got) != 2 || got[1].Value != "go" {
		t.Errorf("Buttons: got %+v", got)
	}
}

func TestStream(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{})
	_, _, err := s.api.StartStream(general, slack.MsgOptionMarkdownText("Once "))
	codeIs(t, "StartStream for nobody", err, "missing_recipient_team_id")
	_, ts, err := s.api.StartStream(general, slack.MsgOptionMarkdownText("Once "), slack.MsgOptionRecipientTeamID("T0MAGPIE"), slack.MsgOptionRecipientUserID(amy))
	codeIs(t, "StartStream", err, "")
	_, _, err = s.api.AppendStream(general, ts, slack.MsgOptionMarkdownText("upon "))
	codeIs(t, "AppendStream", err, "")
	_, _, _, err = s.api.UpdateMessage(general, ts, slack.MsgOptionText("a", false))
	codeIs(t, "UpdateMessage meanwhile", err, "streaming_state_conflict")
	_, _, err = s.api.StopStream(general, ts, slack.MsgOptionMarkdownText("a time"), slack.MsgOptionBlocks(approveCard()...))
	codeIs(t, "StopStream", err, "")
	_, _, err = s.api.AppendStream(general, ts, slack.MsgOptionMarkdownText("more"))
	codeIs(t, "AppendStream after the end", err, "message_not_in_streaming_state")
	if m, _ := s.Message(general, ts); m.Text != "Once upon a time" || m.Streaming || len(m.Buttons()) != 2 || !m.Has("upon a", "Approve") {
		t.Errorf("the message: got %+v", m)
	}
}
