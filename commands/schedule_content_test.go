package commands

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"magpie/store"
	"magpie/wechat"
	"magpie/wechat/wechattest"
)

// keptElsewhere are the kinds whose lines only name content; the lines of all others say
// all of it.
var keptElsewhere = []string{
	"subscribe.send", "weapp.subscribe.send", "template.send", "uniform.send", "template.add", "template.delete", "mass.send", "mass.delete", "mass.preview", "article.upload", "article.publish", "article.take_back", "article.preview", "material.upload",
	"custom.send", "pictures.upload", "tag.add", "tag.remove",
}

// A kind that is new must be named here: is its content in the line, or elsewhere? One
// whose command looks something up cannot say that all is in the line.
func TestEveryKindSaysWhereItsContentIsKept(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, kind := range KindNames {
		if got, want := d.outbox.KeptElsewhere(kind), slices.Contains(keptElsewhere, kind); got != want {
			t.Errorf("%s: keeps its content elsewhere: got %v, want %v", kind, got, want)
		}
	}
	kindOf := map[string]string{"preview": "mass.preview", "article take-back": "article.take_back"}
	for _, c := range d.Book.index.commands {
		kind := c.dotted()
		if k, ok := kindOf[c.Path]; ok {
			kind = k
		}
		if c.prepare != nil && !d.outbox.KeptElsewhere(kind) {
			t.Errorf("%s looks something up, and its kind %s says that all is in the line", c.Path, kind)
		}
	}
}

// anArticle is one of a draft.
func anArticle(title string) wechat.DraftArticle {
	return wechat.DraftArticle{Title: title, Author: "Mei", Digest: "About " + title, Content: "<p>" + title + "</p>", ThumbMediaID: "THUMB"}
}

func (d *desk) draft(title string, more ...wechat.DraftArticle) string {
	d.t.Helper()
	return d.drafts(append([]wechat.DraftArticle{anArticle(title)}, more...)...)
}

func (d *desk) drafts(articles ...wechat.DraftArticle) string {
	d.t.Helper()
	id, err := d.Book.wechat.AddDraft(d.t.Context(), articles)
	if err != nil {
		d.t.Fatal(err)
	}
	return id
}

// Planning asks nobody: however many fires a line is checked for, WeChat is asked once
// for each thing.
func TestPlacesInALineAreCheckedWithoutWeChat(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.wechat.Followers("oA", "oB", "oC")
	d.wechat.Tag(2, "vip", "oA", "oB")
	media := d.draft("Tea")
	line := fmt.Sprintf(`mass send %s tag=vip clientmsgid="m-{{date}}"`, media)
	before := len(d.wechat.Received())
	if _, err := d.Plan(t.Context(), Call{Line: strings.ReplaceAll(line, "{{date}}", "x"), Who: member}); err != nil {
		t.Fatal(err)
	}
	if got := len(d.wechat.Received()) - before; got != 0 {
		t.Errorf("Plan asked WeChat %d times, want never", got)
	}
	d.must("U1", `schedule add m "every weekday at 9" -- `+line)
	if got := len(d.wechat.Received()) - before; got > 3 {
		t.Errorf("a schedule with 31 fires checked asked WeChat %d times, want a token, the tags and the draft at most", got)
	}
	before = len(d.wechat.Received())
	d.refused("U1", `schedule add w "every monday at 9" -- mass sned `+media+` tag=vip`, "fault.schedule_inner")
	d.refused("U1", `mass send `+media+` tgа=vip`, "fault.lines")
	if got := len(d.wechat.Received()) - before; got != 0 {
		t.Errorf("corrections that were only offered asked WeChat %d times, want never", got)
	}
}

// A look-up is answered within 5 s either way, and one that takes too long names WeChat.
func TestASlowLookUpIsAnsweredInTime(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.wechat.Followers("oA", "oB", "oC")
	media := d.draft("Tea")
	for line, within := range map[string]time.Duration{
		"mass send M all=yes": lookingWithin, "schedule add x y -- z": lookingWithin, "schedule run x": lookingWithin, "drafts": lookingWithin,
		"approve 1": lookingWithin, "activity create": acceptWithin, "reject 1": acceptWithin, `mass "`: acceptWithin,
	} {
		if got := d.Within(line); got != within {
			t.Errorf("Within(%s): got %v, want %v", line, got, within)
		}
	}
	d.wechat.Slow(time.Minute)
	begun := time.Now()
	if refusal := d.refused("U1", "mass send "+media+" all=yes", "fault.wechat_slow"); len(refusal.Buttons) != 1 {
		t.Errorf("got buttons %v, want one that says it again", refusal.Buttons)
	}
	refusal := d.refused("U1", `schedule once s "in 2 hours" -- mass send `+media+` all=yes`, "fault.schedule_inner")
	if why := refusal.Text.Args["why"].Text; why == nil || why.Key != "fault.wechat_slow" {
		t.Errorf("a schedule: got %+v, want WeChat named", refusal.Text)
	}
	if took := time.Since(begun); took > 10*time.Second {
		t.Errorf("two lines took %v, want 5 s each at most", took)
	}
	d.wechat.Clear()
}

// A nickname that has moved since it was approved would send another template, and so
// would the same template with other words.
func TestAnotherTemplateAsks(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	template := func(id, words string) wechattest.Template {
		return wechattest.Template{ID: id, Title: "Title of " + id, Type: 2, Content: words + ":{{thing1.DATA}}"}
	}
	d.wechat.List(template("TPL1", "One"), template("TPL2", "Two"))
	d.templates = NewTemplates(d.Book.wechat, store.Nicknames{DB: d.db}, d.log)
	refresh := func() {
		t.Helper()
		if err := d.templates.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	refresh()
	d.must("U3", "template name TPL1 note")
	d.must("U1", `schedule add note "every day at 9" -- subscribe send note to=A thing1=Tea`)
	d.must("U3", "approve 1")
	d.reads(1, "State: done")
	var last int64
	run := func() string {
		t.Helper()
		last = d.must("U1", "schedule run note anyway=yes").Request
		return d.reads(int(last), "State: ")
	}
	if got := run(); !strings.Contains(got, "by the schedule's approval") {
		t.Errorf("nothing has changed: got %s", got)
	}
	waiting := int(d.must("U1", "subscribe send note to=B thing1=Coffee").Request)
	d.refused("U1", "template name TPL2 note replace=yes", "fault.role_approver")
	said := newSayer(d.t, "en").say(d.refused("U3", "template name TPL2 note", "fault.nickname_referred").Text)
	if want := fmt.Sprintf("#%d", waiting); !strings.Contains(said, want) || !strings.Contains(said, "schedule `note`") {
		t.Errorf("the question: got %q, want %s and the schedule in it", said, want)
	}
	d.must("U3", "template name TPL2 note replace=yes")
	d.must("U3", fmt.Sprintf("approve %d", waiting))
	d.reads(waiting, "State: done")
	if got := d.wechat.Received(); !strings.Contains(string(got[len(got)-1].Body), `"template_id":"TPL1"`) {
		t.Errorf("what waited: sent %s, want the template that was approved", got[len(got)-1].Body)
	}
	record := newSayer(t, "en").card(d.must("U2", "templates TPL").Card)
	for _, want := range []string{"@U3 named it `note`", "@U3 gave its name `note` to “Title of TPL2”", "@U3 gave it the name `note`, which was that of “Title of TPL1”"} {
		if !strings.Contains(record, want) {
			t.Errorf("templates: got %s, want %q in it", record, want)
		}
	}
	got := run()
	for _, want := range []string{"State: waiting", "template: “TPL1” → “TPL2”", "wording of the template: “Title of TPL1"} {
		if !strings.Contains(got, want) {
			t.Errorf("the nickname has moved: got %s, want %q in it", got, want)
		}
	}
	d.refused("U3", fmt.Sprintf("approve %d", last), "fault.behind_request") // whoever moved it
	d.must("U3", "template name TPL1 note replace=yes")
	d.wechat.List(template("TPL1", "Won"), template("TPL2", "Two"))
	refresh()
	if got := run(); !strings.Contains(got, "State: waiting") || !strings.Contains(got, "Won") || strings.Contains(got, "TPL2") {
		t.Errorf("the wording is another: got %s, want it told and waiting", got)
	}
}

// A tag that is called otherwise by the time of the approval, or of the call, is not what was
// asked for.
func TestATagThatWasRenamedIsNotSentTo(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.wechat.Followers("oA", "oB", "oC")
	d.wechat.Tag(2, "vip", "oA", "oB")
	media := d.draft("Tea")
	ask := func(who string) int { return int(d.must(who, "mass send "+media+" tag=vip").Request) }
	n := ask("U1")
	d.wechat.Tag(2, "staff", "oC")
	refusal := d.refused("U3", fmt.Sprintf("approve %d", n), "fault.uncounted")
	if why := refusal.Text.Args["why"].Text; why == nil || why.Key != "fault.tag_changed" {
		t.Errorf("approve: got %+v, want the tag named", refusal.Text)
	}
	d.wechat.Tag(2, "vip", "oA", "oB")
	d.must("UADMIN", "pause-all")
	d.must("U3", fmt.Sprintf("approve %d", n))
	d.wechat.Tag(2, "staff", "oC")
	d.must("UADMIN", "resume-all")
	if got := d.reads(n, "State: failed"); !strings.Contains(got, "The tag `vip` was renamed or deleted") {
		t.Errorf("got %s, want why it was not sent", got)
	}
	d.wechat.Tag(2, "vip", "oA", "oB")
	n = ask("U2")
	d.must("U3", fmt.Sprintf("approve %d", n))
	d.reads(n, "State: done")
	if got := d.wechat.ReceivedOn("/cgi-bin/message/mass/sendall"); len(got) != 1 {
		t.Errorf("%d messages were sent, want the one whose tag is as it was", len(got))
	}
}
