package commands

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"magpie/audiences"
	"magpie/cards"
	"magpie/outbox"
	"magpie/store"
	"magpie/wechat/wechattest"
)

// csvFiles are files of Slack's, by their ids.
type csvFiles struct {
	mu   sync.Mutex
	text map[string]string
}

func (f *csvFiles) Open(_ context.Context, id string) (string, int64, io.ReadCloser, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return id + ".csv", int64(len(f.text[id])), io.NopCloser(strings.NewReader(f.text[id])), nil
}

// named is what a line only names: a template by its nickname, or an audience. Each has
// templates or a list of its own.
type named struct {
	*desk
	random *rand.Rand
	files  csvFiles
	words  map[string]string // wordings of templates by their ids
	moved  map[int]string    // which template each nickname stands for
	lists  map[int]string    // what each audience merges, by openid
}

// templates tells WeChat and the Book what the templates say now.
func (n *named) templates() {
	n.t.Helper()
	var all []wechattest.Template
	for id, words := range n.words {
		all = append(all, wechattest.Template{ID: id, Title: "Title of " + id, Type: 2, Content: words + ":{{thing1.DATA}}"})
	}
	n.desk.wechat.List(all...)
	if err := n.desk.templates.Refresh(n.t.Context()); err != nil {
		n.t.Fatal(err)
	}
}

func (n *named) move(i int, id string) {
	n.t.Helper()
	n.must("UADMIN", fmt.Sprintf("template name %s note%d replace=yes", id, i))
	n.moved[i] = id
}

// list puts a file with these values in the place of audience i.
func (n *named) list(i int, value string) {
	n.t.Helper()
	n.files.mu.Lock()
	file := fmt.Sprintf("F%d-%d", i, len(n.files.text))
	n.files.text[file] = fmt.Sprintf("openid,name\no%d_a,%s\no%d_b,Bob\n", i, value, i)
	n.files.mu.Unlock()
	if _, err := n.audiences.Import(n.t.Context(), audiences.Act{Account: "wx1", Who: personOf("U1"), Where: cards.Place{Channel: "C1"}, Once: file},
		audiences.Wanted{Name: fmt.Sprintf("list%d", i), Kind: audiences.CSV, Source: file, Replace: true}); err != nil {
		n.t.Fatal(err)
	}
	n.until(file+" is in force", func() bool {
		var source string
		err := n.db.QueryRow(n.t.Context(), "select v.source from audience a join audience_version v on v.version = a.version where a.name = $1", fmt.Sprintf("list%d", i)).Scan(&source)
		return err == nil && source == file
	})
	n.lists[i] = fmt.Sprintf("o%d_a=%s o%d_b=Bob", i, value, i)
}

// isTemplate tells which of the two i is.
func isTemplate(i int) bool { return i%2 == 0 }

// stands is what i stands for now: the template and its wording, or whom with what.
func (n *named) stands(i int) string {
	if isTemplate(i) {
		return n.moved[i] + ": " + n.words[n.moved[i]]
	}
	return n.lists[i]
}

// edit changes what i stands for, or nothing, or something and back again.
func (n *named) edit(i int) {
	n.t.Helper()
	was, extra := n.stands(i), fmt.Sprint("x", n.random.IntN(1000))
	back := n.random.IntN(3) == 0
	switch kind := n.random.IntN(3); {
	case kind == 0:
		return
	case !isTemplate(i):
		n.list(i, extra)
		if back {
			n.list(i, "Ann")
		}
	case kind == 1:
		id := n.moved[i]
		wording := n.words[id]
		if n.words[id] = extra; back {
			n.words[id] = wording
		}
		n.templates()
	default:
		id := n.moved[i]
		if n.move(i, fmt.Sprintf("TPL%d-b", i)); back {
			n.move(i, id)
		}
	}
	if back && n.stands(i) != was && isTemplate(i) {
		n.t.Fatalf("%d was not brought back: %q, was %q", i, n.stands(i), was)
	}
}

// What a line only names is bound as drafts are: a nickname that moves, a wording that
// changes and a list that is replaced between approval and fire ask, and what is sent is
// what was approved last.
func TestWhatIsSentIsWhatWasApprovedOfNames(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	n := &named{desk: d, random: rand.New(rand.NewPCG(10, 2026)), files: csvFiles{text: map[string]string{}}, words: map[string]string{}, moved: map[int]string{}, lists: map[int]string{}}
	d.audiences.Files = &n.files
	d.templates = NewTemplates(d.Book.wechat, store.Nicknames{DB: d.db, Account: "wx1"}, d.log)
	d.wechat.Quota("/cgi-bin/message/subscribe/bizsend", 1_000_000)
	count := max(20, *edits/20)
	for i := range count {
		n.words[fmt.Sprintf("TPL%d", i)], n.words[fmt.Sprintf("TPL%d-b", i)] = "One", "Two"
	}
	n.words["TPL"] = "List"
	n.templates()
	at := d.now().Add(2 * time.Hour).Truncate(time.Minute)
	schedules, approved := make([]int64, count), make([]string, count)
	for i := range count {
		line := fmt.Sprintf("subscribe send TPL to=@list%d thing1={{name}}", i)
		if isTemplate(i) {
			n.move(i, fmt.Sprintf("TPL%d", i))
			line = fmt.Sprintf("subscribe send note%d to=t%d thing1=Tea", i, i)
		} else {
			n.list(i, "Ann")
		}
		schedules[i] = d.must("U1", fmt.Sprintf(`schedule once s%d "%s" -- %s`, i, at.UTC().Format("2006-01-02 15:04"), line)).Request
		approved[i] = n.stands(i)
		d.must("U3", fmt.Sprintf("approve %d", schedules[i]))
	}
	for i := range count {
		d.until(fmt.Sprintf("s%d is approved", i), func() bool { state, _, _ := d.outbox.StateOf(t.Context(), schedules[i]); return state == outbox.Done })
		n.edit(i)
	}
	d.ahead.Store(int64(time.Until(at.Add(time.Second))))
	asked := 0
	for i := range count {
		var request int64
		d.until(fmt.Sprintf("s%d has fired", i), func() bool { request = d.firedAs(fmt.Sprint("s", i)); return request > 0 })
		var state outbox.State
		d.until(fmt.Sprintf("#%d to wait or to end", request), func() bool {
			state, _, _ = d.outbox.StateOf(t.Context(), request)
			return state == outbox.Waiting || state.Ended()
		})
		if state == outbox.Waiting {
			if asked++; n.stands(i) == approved[i] {
				t.Errorf("s%d asks, and stands for what was approved: %s", i, approved[i])
			}
			if n.random.IntN(2) == 0 {
				approved[i] = ""
				d.must("U3", fmt.Sprintf("reject %d reason=no", request))
			} else {
				approved[i] = n.stands(i)
				d.must("U3", fmt.Sprintf("approve %d", request))
			}
		}
		d.until(fmt.Sprintf("#%d has ended", request), func() bool { state, _, _ := d.outbox.StateOf(t.Context(), request); return state.Ended() })
	}
	sent := map[string][]string{} // by the schedule's number
	for _, call := range d.wechat.ReceivedOn("/cgi-bin/message/subscribe/bizsend") {
		var in struct {
			ToUser     string `json:"touser"`
			TemplateID string `json:"template_id"`
			Data       map[string]struct {
				Value string `json:"value"`
			} `json:"data"`
		}
		if err := json.Unmarshal(call.Body, &in); err != nil {
			t.Fatal(err)
		}
		if of, template := strings.CutPrefix(in.ToUser, "t"); template {
			sent[of] = append(sent[of], in.TemplateID+": "+n.words[in.TemplateID])
			continue
		}
		of, _, _ := strings.Cut(in.ToUser[1:], "_")
		sent[of] = append(sent[of], in.ToUser+"="+in.Data["thing1"].Value)
	}
	for i := range count {
		got := sent[fmt.Sprint(i)]
		slices.Sort(got)
		if got := strings.Join(got, " "); got != approved[i] {
			t.Errorf("s%d sent %q and was approved as %q", i, got, approved[i])
		}
	}
	t.Logf("%d schedules, %d of which asked", count, asked)
	if asked < count/6 || asked == count {
		t.Errorf("%d of %d asked: the edits leave too little to compare", asked, count)
	}
}
