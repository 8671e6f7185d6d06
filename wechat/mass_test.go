package wechat

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"magpie/wechat/apis"
	"magpie/wechat/wechattest"
)

func TestMassOnTheWire(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	no := 0
	draft := func() string {
		id, err := c.AddDraft(t.Context(), []DraftArticle{draftArticle("T")})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	id := draft()
	job, err := c.SendMass(t.Context(), MassFilter{TagID: 2}, MassMsg{MassContent: MassContent{News: id}, SendIgnoreReprint: &no, ClientMsgID: "magpie-17"})
	if err != nil || job.MsgID == "" || job.MsgDataID == "" || job.Repeated {
		t.Fatalf("SendMass = %+v, %v", job, err)
	}
	sameJSON(t, "SendMass", s.ReceivedOn(apis.MassAll.Path)[0].Body, `{"filter":{"is_to_all":false,"tag_id":2},"mpnews":{"media_id":"`+id+`"},"msgtype":"mpnews","send_ignore_reprint":0,"clientmsgid":"magpie-17"}`)
	if len(s.Console().Drafts) != 0 || s.Phone().Masses[0].Articles[0].Title != "T" {
		t.Errorf("the console has %v, the phone %+v; want the draft gone and shown", s.Console().Drafts, s.Phone().Masses)
	}

	if _, err := c.SendMass(t.Context(), MassFilter{All: true}, MassMsg{MassContent: MassContent{Text: "早<安>"}}); err != nil {
		t.Fatal(err)
	}
	sameJSON(t, "SendMass", s.ReceivedOn(apis.MassAll.Path)[1].Body, `{"filter":{"is_to_all":true},"text":{"content":"早<安>"},"msgtype":"text"}`)

	if _, err := c.SendMassTo(t.Context(), []string{"oA", "oB"}, MassMsg{MassContent: MassContent{Image: []string{"I1", "I2"}}}); err != nil {
		t.Fatal(err)
	}
	sameJSON(t, "SendMassTo", s.ReceivedOn(apis.MassSend.Path)[0].Body, `{"touser":["oA","oB"],"images":{"media_ids":["I1","I2"]},"msgtype":"image"}`)

	for to, want := range map[Previewer]string{
		{OpenID: "oA"}:      `{"touser":"oA","image":{"media_id":"I1"},"msgtype":"image"}`,
		{WxName: "zhang_3"}: `{"towxname":"zhang_3","image":{"media_id":"I1"},"msgtype":"image"}`,
	} {
		if err := c.PreviewMass(t.Context(), to, MassContent{Image: []string{"I1"}}); err != nil {
			t.Fatal(err)
		}
		got := s.ReceivedOn(apis.MassPreview.Path)
		sameJSON(t, "PreviewMass", got[len(got)-1].Body, want)
	}
	for _, m := range []MassContent{{Voice: "V"}, {Video: "V"}} {
		if _, err := c.SendMass(t.Context(), MassFilter{All: true}, MassMsg{MassContent: m}); err != nil {
			t.Errorf("SendMass of %+v = %v", m, err)
		}
	}

	sameJSON(t, "MassState", stateBody(t, s, c, job.MsgID, MassSending), `{"msg_id":`+job.MsgID+`}`)
	s.Advance(time.Minute)
	stateBody(t, s, c, job.MsgID, MassArrived)
	if err := c.DeleteMass(t.Context(), job.MsgID, 1); err != nil {
		t.Fatal(err)
	}
	sameJSON(t, "DeleteMass", s.ReceivedOn(apis.MassDelete.Path)[0].Body, `{"msg_id":`+job.MsgID+`,"article_idx":1}`)
	stateBody(t, s, c, job.MsgID, MassDeleted)
}

// stateBody asks how far a mass message has come, and returns what was asked.
func stateBody(t *testing.T, s *wechattest.Server, c *Client, msgID string, want MassStatus) []byte {
	t.Helper()
	status, err := c.MassState(t.Context(), msgID)
	if status != want || err != nil || status.Running() != (want == MassSending) {
		t.Errorf("MassState = %q, %v; want %s", status, err, want)
	}
	got := s.ReceivedOn(apis.MassGet.Path)
	return got[len(got)-1].Body
}

// TestMassDeleteConditions: articles and videos alone, once they have been sent, and once.
func TestMassDeleteConditions(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	send := func(m MassContent) string {
		t.Helper()
		job, err := c.SendMass(t.Context(), MassFilter{All: true}, MassMsg{MassContent: m})
		if err != nil {
			t.Fatal(err)
		}
		return job.MsgID
	}
	refused := func(what, id string, index, code int) {
		t.Helper()
		if e := failed(t, "DeleteMass", c.DeleteMass(t.Context(), id, index)); e.Code != code {
			t.Errorf("DeleteMass of %s = %v, want %d", what, e, code)
		}
	}
	s.Quota(apis.MassDelete.Path, -1)
	draft, err := c.AddDraft(t.Context(), []DraftArticle{draftArticle("一"), draftArticle("二")})
	if err != nil {
		t.Fatal(err)
	}
	s.EndMass(time.Minute, "err(20001)")
	failing, text, news := send(MassContent{Text: "T"}), send(MassContent{Text: "T"}), send(MassContent{News: draft})
	refused("one that is under way", news, 0, 40065)
	s.Advance(2 * time.Minute)
	stateBody(t, s, c, failing, MassFailed)
	refused("one that failed", failing, 0, 40065)
	refused("a text", text, 0, 40065)
	refused("the third of two", news, 3, 40060)
	refused("nothing", "5", 0, 40059)
	if err := c.DeleteMass(t.Context(), news, 2); err != nil {
		t.Fatal(err)
	}
	refused("the second again", news, 2, 40065)
	if stateBody(t, s, c, news, MassArrived); s.Phone().Masses[2].Deleted {
		t.Error("all of it is deleted, want its second article")
	}
	if err := c.DeleteMass(t.Context(), news, 0); err != nil || !s.Phone().Masses[2].Deleted {
		t.Errorf("DeleteMass of the rest = %v", err)
	}
	refused("what is deleted", news, 0, 40065)
}

// TestMassIsDeduplicated: the same clientmsgid within a day is one message, and
// its msg_id comes back as a success.
func TestMassIsDeduplicated(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	send := func() *MassJob {
		t.Helper()
		job, err := c.SendMassTo(t.Context(), []string{"oA", "oB"}, MassMsg{MassContent: MassContent{Text: "T"}, ClientMsgID: "M1"})
		if err != nil {
			t.Fatal(err)
		}
		return job
	}
	first, second := send(), send()
	if first.Repeated || !second.Repeated || first.MsgID != second.MsgID || len(s.Phone().Masses) != 1 {
		t.Errorf("SendMassTo twice = %+v and %+v, %d sent; want one message", first, second, len(s.Phone().Masses))
	}
	s.Advance(24 * time.Hour)
	if third := send(); third.Repeated || len(s.Phone().Masses) != 2 {
		t.Errorf("a day later SendMassTo = %+v, want a new message", third)
	}
	_, err := answering(t, `{"errcode":45065,"errmsg":"clientmsgid exist"}`).SendMass(t.Context(), MassFilter{All: true}, MassMsg{MassContent: MassContent{Text: "T"}})
	if e := failed(t, "SendMass", err); e.Code != 45065 || e.Unclear() {
		t.Errorf("SendMass answered 45065 without a msg_id = %v, want the refusal", e)
	}
	if _, err := answering(t, `{"errcode":0,"errmsg":"ok"}`).SendMass(t.Context(), MassFilter{All: true}, MassMsg{MassContent: MassContent{Text: "T"}}); !failed(t, "SendMass", err).Unclear() {
		t.Errorf("SendMass answered without a msg_id = %v, want unclear", err)
	}
}

func TestMassCheck(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	two, text := 2, MassMsg{MassContent: MassContent{Text: "T"}}
	send := func(to MassFilter, m MassMsg) error { _, err := c.SendMass(t.Context(), to, m); return err }
	sendTo := func(ids ...string) error { _, err := c.SendMassTo(t.Context(), ids, text); return err }
	const kinds = "msgtype: give exactly one of mpnews, text, voice, image, mpvideo"
	checked(t, "nobody", send(MassFilter{}, text), "filter: give exactly one of is_to_all, tag_id")
	checked(t, "all and a tag", send(MassFilter{true, 2}, text), "filter: give exactly one of is_to_all, tag_id")
	checked(t, "nothing", send(MassFilter{All: true}, MassMsg{}), kinds)
	checked(t, "two things", send(MassFilter{All: true}, MassMsg{MassContent: MassContent{Text: "T", News: "N"}}), kinds)
	checked(t, "odd parts", send(MassFilter{All: true}, MassMsg{text.MassContent, &two, strings.Repeat("x", 33)}), "send_ignore_reprint: must be 0 or 1, not 2\nclientmsgid: at most 32 bytes, not 33")
	checked(t, "one person", sendTo("oA"), "touser: must be 2 to 10000, not 1")
	checked(t, "odd people", sendTo("oA", "", "oA"), "touser[1]: required\ntouser[2]: given twice")
	many := make([]string, 10_001)
	for i := range many {
		many[i] = fmt.Sprint("o", i)
	}
	checked(t, "too many", sendTo(many...), "touser: must be 2 to 10000, not 10001")
	checked(t, "a preview for nobody", c.PreviewMass(t.Context(), Previewer{}, text.MassContent), "touser: give exactly one of touser, towxname")
	_, err := c.MassState(t.Context(), "x1")
	checked(t, "no msg_id", err, "msg_id: digits only, with at most one decimal point")
	checked(t, "no msg_id", c.DeleteMass(t.Context(), "", 0), "msg_id: required")
	if n := len(s.Received()); n != 0 {
		t.Errorf("%d calls were made, want none", n)
	}
	if _, err := c.SendMassTo(t.Context(), many[:10_000], text); err != nil {
		t.Errorf("SendMassTo 10,000 = %v", err)
	}
}

func TestMassCodes(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	all := MassFilter{All: true}
	_, gone := c.SendMass(t.Context(), all, MassMsg{MassContent: MassContent{News: "N"}})
	s.Unknown("oX")
	_, stranger := c.SendMassTo(t.Context(), []string{"oA", "oX"}, MassMsg{MassContent: MassContent{Text: "T"}})
	_, unknown := c.MassState(t.Context(), "5")
	s.Answer(apis.MassAll.Path, 45028, 1)
	_, used := c.SendMass(t.Context(), all, MassMsg{MassContent: MassContent{Text: "T"}})
	s.Quota(apis.MassPreview.Path, 0)
	for code, err := range map[int]error{
		40007: gone, 40003: stranger, 40059: unknown, 45028: used, 45009: c.PreviewMass(t.Context(), Previewer{OpenID: "oA"}, MassContent{Text: "T"}),
	} {
		if e := failed(t, fmt.Sprint(code), err); e.Code != code {
			t.Errorf("got %v, want %d", e, code)
		}
	}
	s.Certified(false)
	if _, err := c.SendMass(t.Context(), all, MassMsg{MassContent: MassContent{Text: "T"}}); failed(t, "SendMass", err).Code != 48001 {
		t.Errorf("SendMass of an account that is not certified = %v, want 48001", err)
	}
}
