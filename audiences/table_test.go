package audiences

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"magpie/cards"
)

// readTable writes down what a file comes to: the columns, then each row.
func readTable(r io.Reader) (string, error) {
	t, err := openTable(r)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%q\n", t.columns)
	for {
		e, err := t.next()
		if err == io.EOF {
			return b.String(), nil
		}
		if err != nil {
			return b.String(), err
		}
		if e.bad != "" {
			fmt.Fprintf(&b, "%d %s\n", e.row, e.bad)
		} else {
			fmt.Fprintf(&b, "%d %s %q\n", e.row, e.openid, e.values)
		}
	}
}

func encoded(t *testing.T, as encoding.Encoding, text string) string {
	t.Helper()
	out, err := as.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTable(t *testing.T) {
	t.Parallel()
	const chinese = "openid,姓名\r\noA,小明\r\noB,\"北京, 海淀\"\r\n"
	const chineseRead = "[\"姓名\"]\n2 oA [\"小明\"]\n3 oB [\"北京, 海淀\"]\n"
	long := "openid,name\n" + strings.Repeat("oA,plain\n", 20_000)
	for name, c := range map[string]struct{ file, want string }{
		"one column":            {"openid\noA\noB\n", "[]\n2 oA []\n3 oB []\n"},
		"no last line break":    {"openid\noA", "[]\n2 oA []\n"},
		"CRLF":                  {"openid,n\r\noA,1\r\n", "[\"n\"]\n2 oA [\"1\"]\n"},
		"any case, trimmed":     {" OpenID , n \noA,1\n", "[\"n\"]\n2 oA [\"1\"]\n"},
		"not the first column":  {"n,openid,m\n1,oA,2\n", "[\"n\" \"m\"]\n2 oA [\"1\" \"2\"]\n"},
		"semicolons":            {"openid;n\noA;1,5\n", "[\"n\"]\n2 oA [\"1,5\"]\n"},
		"tabs":                  {"openid\tn\noA\tx y\n", "[\"n\"]\n2 oA [\"x y\"]\n"},
		"quoted header":         {"\"openid\";\"n\"\noA;1\n", "[\"n\"]\n2 oA [\"1\"]\n"},
		"quotes":                {"openid,n\noA,\"a \"\"b\"\", c\"\n", "[\"n\"]\n2 oA [\"a \\\"b\\\", c\"]\n"},
		"spaces of values stay": {"openid,n\n oA , x \n", "[\"n\"]\n2 oA [\" x \"]\n"},

		// Rows are a spreadsheet's.
		"a line break in quotes":    {"openid,n\noA,\"a\nb\r\nc\"\noB,2\n", "[\"n\"]\n2 oA [\"a\\nb\\nc\"]\n3 oB [\"2\"]\n"},
		"a break in the header":     {"openid,\"n\"\noA,\"\n\n\"\noB,2\n", "[\"n\"]\n2 oA [\"\\n\\n\"]\n3 oB [\"2\"]\n"},
		"empty lines":               {"openid,n\n\n\noA,1\n\r\n,\n , \noB,2\n\n", "[\"n\"]\n4 oA [\"1\"]\n8 oB [\"2\"]\n"},
		"empty lines above":         {"\n\nopenid\noA\n", "[]\n4 oA []\n"},
		"empty lines after a break": {"openid,n\noA,\"1\n2\"\n\noB,2\n", "[\"n\"]\n2 oA [\"1\\n2\"]\n4 oB [\"2\"]\n"},

		// What is left out, with its row.
		"bad openids": {
			"openid,n\n,1\no A,2\noÄ,3\n" + strings.Repeat("o", 65) + ",4\n" + strings.Repeat("o", 64) + ",5\n",
			"[\"n\"]\n2 audience.bad_empty\n3 audience.bad_openid\n4 audience.bad_openid\n5 audience.bad_openid\n6 " + strings.Repeat("o", 64) + " [\"5\"]\n",
		},
		"columns": {"openid,n\noA\noB,1,2\noC,3\n", "[\"n\"]\n2 audience.bad_columns\n3 audience.bad_columns\n4 oC [\"3\"]\n"},
		"quotes that do not match": {
			"openid,n\noA,1\"2\noB,\"x\"y\noC,3\n",
			"[\"n\"]\n2 audience.bad_quotes\n3 audience.bad_quotes\n4 oC [\"3\"]\n",
		},
		"characters": {"openid,n\noA,好\noB,\xff\noC,3\n", "[\"n\"]\n2 oA [\"好\"]\n3 audience.bad_text\n4 oC [\"3\"]\n"},
		"control characters": {
			encoded(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), "openid,n\noA,a\tb\noB,a\x00b\noC\x01,3\noD,\x7f\n"),
			"[\"n\"]\n2 oA [\"a\\tb\"]\n3 audience.bad_control\n4 audience.bad_control\n5 audience.bad_control\n",
		},
		"long rows": {
			"openid,n,m\noA,1,\"" + strings.Repeat("x", maxValues-7) + "\"\noB,1," + strings.Repeat("x", maxValues-6) + "\noC,1,2\n",
			"[\"n\" \"m\"]\n2 oA [\"1\" \"" + strings.Repeat("x", maxValues-7) + "\"]\n3 audience.bad_long\n4 oC [\"1\" \"2\"]\n",
		},

		// How spreadsheets save text.
		"UTF-8":             {chinese, chineseRead},
		"UTF-8 with a mark": {"\uFEFF" + chinese, chineseRead},
		"GB18030":           {encoded(t, simplifiedchinese.GB18030, chinese), chineseRead},
		"UTF-16LE":          {encoded(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), chinese), chineseRead},
		"UTF-16BE":          {encoded(t, unicode.UTF16(unicode.BigEndian, unicode.UseBOM), chinese), chineseRead},
		"UTF-16LE, no mark": {encoded(t, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), chinese), chineseRead},
		"GB18030, late": {
			encoded(t, simplifiedchinese.GB18030, long+"oZ,小明\n"),
			"[\"name\"]\n" + rows(20_000) + "20002 oZ [\"小明\"]\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for how, r := range map[string]io.Reader{
				"at once": strings.NewReader(c.file), "byte by byte": iotest.OneByteReader(strings.NewReader(c.file)), "with its end": iotest.DataErrReader(strings.NewReader(c.file)),
			} {
				if got, err := readTable(r); err != nil || got != c.want {
					t.Errorf("%s, %q:\ngot  %s(%v)\nwant %s", how, shorten(c.file, 300), shorten(got, 300), err, shorten(c.want, 300))
				}
			}
		})
	}
}

func rows(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%d oA [\"plain\"]\n", i+2)
	}
	return b.String()
}

func TestTableRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file, want string
		row        int64
	}{
		"nothing":               {file: "", want: "audience.no_rows"},
		"no header":             {file: "oAAA\noBBB\n", want: "audience.no_header"},
		"other columns":         {file: "id,name\n1,2\n", want: "audience.no_openid"},
		"a column twice":        {file: "openid,n,N\noA,1,2\n", want: "audience.column_twice"},
		"openid twice":          {file: "openid,OpenID\noA,oB\n", want: "audience.column_twice"},
		"an unnamed column":     {file: "openid,,n\noA,1,2\n", want: "audience.unnamed_column"},
		"a name with a space":   {file: "openid,first name\noA,1\n", want: "audience.column_name"},
		"a name not seen":       {file: "openid,n\x1bm\noA,1\n", want: "audience.column_control"},
		"a page":                {file: "\n<!DOCTYPE html><html>", want: "audience.a_page"},
		"a page without a type": {file: "<HTML><body>", want: "audience.a_page"},
		"a workbook":            {file: "PK\x03\x04rest", want: "audience.a_workbook"},
		"a picture":             {file: "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", want: "audience.no_text"},
		"a quote left open":     {file: "openid,n\noA,1\n\noB,\"2\noC,3\noD,4\n", want: "audience.quote_open", row: 4},
		"a header left open":    {file: "openid,\"n\noC,3\noD,4\n", want: "audience.quote_open", row: 1},
		"a row without end":     {file: "openid,n\noA,1\noB,\"" + strings.Repeat("x\n", maxRecord), want: "audience.quote_open", row: 3},
		"a header without end":  {file: "openid," + strings.Repeat("x", 2*maxRecord), want: "audience.quote_open", row: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := readTable(strings.NewReader(c.file))
			refusal, ok := errors.AsType[*cards.Refusal](err)
			if !ok || refusal.Text.Key != c.want {
				t.Fatalf("%q: got %s, %v, want %s", shorten(c.file, 200), got, err, c.want)
			}
			if row := refusal.Text.Args["row"].Number; c.row > 0 && (row == nil || *row != c.row) {
				t.Errorf("%q: got row %v, want %d", shorten(c.file, 200), refusal.Text.Args["row"], c.row)
			}
		})
	}
}

// A download that breaks is an error, never the end of the file.
func TestTableBreaks(t *testing.T) {
	t.Parallel()
	broken := errors.New("the line is cut")
	file := "openid,n\noA,1\noB,\"2\n3\"\noC,4\n"
	for at := range len(file) {
		_, err := readTable(io.MultiReader(strings.NewReader(file[:at]), iotest.ErrReader(broken)))
		if !errors.Is(err, broken) {
			t.Errorf("cut after %q: got %v, want %v", file[:at], err, broken)
		}
	}
}

// FuzzTable: whatever the file, reading it ends, rows go up, and what is good is a
// member.
func FuzzTable(f *testing.F) {
	for _, seed := range []string{
		"openid,n\noA,1\n\noB,\"x\ny\"\n", "openid;n\r\noA;1\r\n", "\uFEFFopenid\noA\n", "openid\toA\n", "openid,n\noA,\"\"\"\"\n",
		"\xff\xfeo\x00p\x00", "openid,\xd0\xd5\noA,\xc3\xfb\n", "openid\n\"", "openid,n\n\"oA\n\",1\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		table, err := openTable(bytes.NewReader(file))
		if err != nil {
			return
		}
		for last := int64(0); ; {
			e, err := table.next()
			if err != nil {
				return
			}
			if e.row <= last || e.row > int64(len(file))+1 {
				t.Fatalf("row %d follows row %d", e.row, last)
			}
			last = e.row
			if e.bad == "" && (!IsOpenID(e.openid) || len(e.values) != len(table.columns)) {
				t.Fatalf("row %d is a member: %+v", e.row, e)
			}
		}
	})
}

func TestMemberKeys(t *testing.T) {
	t.Parallel()
	var keys memberKeys
	var order []int
	for row := range 2000 {
		order = append(order, row)
	}
	rand.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	for _, row := range order {
		keys.add(fmt.Sprint("o", row%1500), int64(row))
	}
	var twice, kept []int64
	last := memberKey{hash: -1 << 63}
	for m := range keys.sorted(func(row int64) { twice = append(twice, row) }) {
		if m.hash < last.hash {
			t.Fatalf("%d follows %d", m.hash, last.hash)
		}
		kept, last = append(kept, int64(m.row)), m
	}
	slices.Sort(twice)
	slices.Sort(kept)
	if len(twice) != 500 || twice[0] != 1500 || twice[499] != 1999 {
		t.Errorf("twice: got %d of %d…%d, want 500 of 1500…1999", len(twice), twice[0], twice[len(twice)-1])
	}
	if len(kept) != 1500 || kept[1499] != 1499 {
		t.Errorf("kept: got %d up to %d, want 1500 up to 1499", len(kept), kept[len(kept)-1])
	}
}

func TestParseName(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]string{
		"vip": "vip", "@vip": "vip", "＠ｖｉｐ": "vip", "会员_2026-春": "会员_2026-春", " vip ": "vip", strings.Repeat("好", 40): strings.Repeat("好", 40),
		"": "", "@": "", "-a": "", "a b": "", "a.b": "", "a@b": "", strings.Repeat("a", 41): "", "--": "",
	} {
		got, ok := ParseName(written)
		if ok != (want != "") || ok && got != want {
			t.Errorf("ParseName(%q) = %q, %v, want %q", written, got, ok, want)
		}
	}
}
