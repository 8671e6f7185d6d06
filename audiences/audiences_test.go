package audiences

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store/storetest"
)

func TestImportIsReadBackByRow(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		w.file("F1", "openid,name\noA,Ann\n\noB,\"B \"\"b\"\" <&>\"\noA,again\no!,x\noC,蔡\n")
		card := w.imports(t, "vip", "F1")
		if card.Title.Key != "audience.ready_title" {
			t.Fatalf("card: got %+v, want ready", card)
		}
		got := w.present(t, "@vip")
		if len(got.Sums) != 2 || got.Sums[""] == got.Sums["name"] {
			t.Errorf("Audience: got sums %v, want one over the members and one over the names", got.Sums)
		}
		got.Sums = nil
		want := outbox.Audience{Version: got.Version, Owner: alice.ID, Name: "vip", Columns: []string{"name"}, Size: 3, Skipped: []outbox.Skipped{
			{Why: cards.T(badTwice), Count: 1, Rows: []int64{5}}, {Why: cards.T(badOpenID), Count: 1, Rows: []int64{6}},
		}}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("Audience: got %+v, want %+v", got, want)
		}
		if _, err := w.Unsubscribe(t.Context(), Act{Account: "wx1", Who: alice}, []string{"oB", "oX"}, "asked"); err != nil {
			t.Fatal(err)
		}
		members := []outbox.Member{
			{Row: 2, OpenID: "oA", Values: []string{"Ann"}}, {Row: 4, OpenID: "oB", Values: []string{`B "b" <&>`}, Unsubscribed: true}, {Row: 7, OpenID: "oC", Values: []string{"蔡"}},
		}
		if all := w.members(t, got.Version); !reflect.DeepEqual(all, members) {
			t.Errorf("Members: got %+v, want %+v", all, members)
		}
		if some, err := w.Members(t.Context(), w.DB, got.Version, 2, 1); err != nil || !reflect.DeepEqual(some, members[1:2]) {
			t.Errorf("Members after 2: got %+v, %v, want %+v", some, err, members[1:2])
		}
		w.file("F2", "openid,name\n"+strings.Repeat("\n", 5000)+"oA,1\n"+strings.Repeat("\n", 300)+"oB,2\noC,3\noD,4\n")
		w.imports(t, "gaps", "F2")
		gaps := w.present(t, "gaps").Version
		for _, c := range []struct {
			after int64
			limit int
			want  []int64
		}{{0, 1, []int64{5002}}, {0, 3, []int64{5002, 5303, 5304}}, {5002, 2, []int64{5303, 5304}}, {5303, 10, []int64{5304, 5305}}, {5305, 10, nil}} {
			some, err := w.Members(t.Context(), w.DB, gaps, c.after, c.limit)
			var rows []int64
			for _, m := range some {
				rows = append(rows, m.Row)
			}
			if err != nil || !slices.Equal(rows, c.want) {
				t.Errorf("Members after %d, %d at most: got %v, %v, want %v", c.after, c.limit, rows, err, c.want)
			}
		}
		for id, want := range map[string]int64{"oA": 2, "oC": 7, "oX": 0, "": 0} {
			if row, err := w.Row(t.Context(), w.DB, got.Version, id); err != nil || row != want {
				t.Errorf("Row(%s) = %d, %v, want %d", id, row, err, want)
			}
		}
		var many []string
		for i := range 200 {
			many = append(many, fmt.Sprint("o", i))
		}
		if gone, err := w.Unsubscribed(t.Context(), w.DB, "wx1", append(many, "oX", "oA", "oB")); err != nil || len(gone) != 2 {
			t.Errorf("Unsubscribed: got %v, %v, want oB and oX", gone, err)
		}
	})
}

// A download that breaks is begun anew by the job; what it had written is gone.
func TestABrokenImportIsBegunAnew(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		opened := 0
		w.files["F1"] = func() io.Reader {
			if opened++; opened == 1 {
				var b strings.Builder
				b.WriteString("openid\n")
				for i := range 2500 {
					fmt.Fprintf(&b, "oOld%d\n", i)
				}
				return io.MultiReader(strings.NewReader(b.String()), iotest.ErrReader(io.ErrUnexpectedEOF))
			}
			return strings.NewReader("openid\noA\noB\n")
		}
		w.imports(t, "vip", "F1")
		a := w.present(t, "vip")
		if all := w.members(t, a.Version); len(all) != 2 || a.Size != 2 || opened != 2 {
			t.Errorf("members: got %d (size %d) after %d downloads, want 2 after 2", len(all), a.Size, opened)
		}
		if n := w.count(t, "select count(*) from audience_key"); n != 2 {
			t.Errorf("keys: got %d, want 2", n)
		}
	})
}

// Of two attempts at one version the later one fills it; the earlier one stops at its
// next chunk.
func TestOneAttemptFillsAVersion(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		begun, goOn := make(chan bool), make(chan bool)
		w.files["F1"] = func() io.Reader {
			if begun == nil {
				return strings.NewReader("openid\noNew\n")
			}
			close(begun)
			return io.MultiReader(strings.NewReader("openid\n"), waiting{goOn}, newCSVLines(2000))
		}
		if _, err := w.Import(t.Context(), Act{Account: "wx1", Who: alice}, Wanted{Name: "vip", Kind: CSV, Source: "F1"}); err != nil {
			t.Fatal(err)
		}
		<-begun // the first attempt waits for its file, as on a machine that has gone silent
		w.mu.Lock()
		begun = nil
		w.mu.Unlock()
		var version int64
		if err := w.DB.QueryRow(t.Context(), "select latest from audience where name = 'vip'").Scan(&version); err != nil {
			t.Fatal(err)
		}
		if err := w.workImport(t.Context(), importJob{Version: version}); err != nil {
			t.Fatal(err)
		}
		close(goOn)
		w.card(t, 0)
		if all := w.members(t, version); len(all) != 1 || all[0].OpenID != "oNew" {
			t.Errorf("members: got %+v, want oNew", all)
		}
	})
}

// waiting reads nothing until it may go on.
type waiting struct{ goOn chan bool }

func (w waiting) Read([]byte) (int, error) {
	<-w.goOn
	return 0, io.EOF
}

func newCSVLines(n int) io.Reader {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "oLine%d\n", i)
	}
	return strings.NewReader(b.String())
}

func TestAskedTwiceItIsOne(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		w.file("F1", "openid\noA\n")
		act := Act{Account: "wx1", Who: alice, Once: "K1"}
		for range 2 {
			said, err := w.Import(t.Context(), act, Wanted{Name: "vip", Kind: CSV, Source: "F1"})
			if err != nil || said.Text.Key != "audience.answer_importing" {
				t.Fatalf("Import: got %+v, %v, want importing", said, err)
			}
		}
		w.card(t, 0)
		if n := w.count(t, "select count(*) from audience_version"); n != 1 {
			t.Errorf("versions: got %d, want 1", n)
		}
		said, err := w.Import(t.Context(), Act{Account: "wx1", Who: alice}, Wanted{Name: "vip", Kind: CSV, Source: "F1", Line: "again"})
		if err != nil || len(said.Buttons) != 1 || said.Buttons[0].Line != "again replace=yes" {
			t.Errorf("Import of one that is there: got %+v, %v, want a question", said, err)
		}
	})
}

// An import that is asked for while another runs puts an end to that.
func TestTheNewestImportWins(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		begun, goOn := make(chan bool), make(chan bool)
		w.files["F1"] = func() io.Reader {
			close(begun)
			return io.MultiReader(strings.NewReader("openid\n"), waiting{goOn}, newCSVLines(2000))
		}
		w.file("F2", "openid\noB\n")
		if _, err := w.Import(t.Context(), Act{Account: "wx1", Who: alice}, Wanted{Name: "vip", Kind: CSV, Source: "F1"}); err != nil {
			t.Fatal(err)
		}
		<-begun
		if _, err := w.Audience(t.Context(), w.DB, "wx1", "vip"); !isRefusal(err) {
			t.Errorf("Audience of one under way: got %v, want a refusal", err)
		}
		w.imports(t, "vip", "F2")
		close(goOn)
		if a := w.present(t, "vip"); a.Size != 1 {
			t.Errorf("size: got %d, want 1", a.Size)
		}
		if n := w.count(t, "select count(*) from audience_version where state = 'replaced'"); n != 1 {
			t.Errorf("replaced: got %d, want 1", n)
		}
	})
}

func TestFailuresAreTold(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		w.file("good", "openid\noA\n")
		w.file("nobody", "openid\no!\n")
		w.file("page", "<html>")
		w.file("zeros", "\xff\xfen\x00\x00\x00,\x00m\x00\n\x00o\x00A\x00,\x00b\x00\n\x00")
		w.imports(t, "vip", "good")
		for file, want := range map[string]string{"nobody": "audience.no_rows", "page": "audience.a_page", "zeros": "audience.column_control", "gone": "audience.unread"} {
			card := w.imports(t, "vip", file)
			if card.Title.Key != "audience.failed_title" || card.Body[0].Key != want || len(card.Notes) != 1 {
				t.Errorf("%s: got %+v, want %s and that the old one stays", file, card, want)
			}
		}
		if a := w.present(t, "vip"); a.Size != 1 {
			t.Errorf("size: got %d, want the old 1", a.Size)
		}
		w.imports(t, "new", "page")
		_, err := w.Audience(t.Context(), w.DB, "wx1", "new")
		if refusal, ok := errors.AsType[*cards.Refusal](err); !ok || refusal.Text.Key != "audience.failed" {
			t.Errorf("Audience of a failed one: got %v, want audience.failed", err)
		}
	})
}

func TestTrialIsOnesOwn(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		bob := cards.Person{ID: "U2"}
		for _, one := range []struct {
			who  cards.Person
			name string
			ids  []string
		}{{alice, "me", []string{"oA", "oB"}}, {alice, "me2", []string{"oB", "oC"}}, {bob, "bob", []string{"oD"}}} {
			if _, err := w.Import(t.Context(), Act{Account: "wx1", Who: one.who}, Wanted{Name: one.name, Kind: Test, OpenIDs: one.ids}); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := w.Trial(t.Context(), w.DB, "wx1", alice); err != nil || !reflect.DeepEqual(got, []string{"oA", "oB", "oC"}) {
			t.Errorf("Trial: got %v, %v, want oA oB oC", got, err)
		}
		if row, err := w.Row(t.Context(), w.DB, w.present(t, "me").Version, "oB"); err != nil || row != 2 {
			t.Errorf("Row: got %d, %v, want 2", row, err)
		}
	})
}
