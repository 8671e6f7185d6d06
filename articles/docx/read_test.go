package docx

import (
	"strings"
	"testing"
)

// para is a paragraph of runs, said a run of text.
func para(runs ...string) string { return "<w:p>" + strings.Join(runs, "") + "</w:p>" }

func said(text string) string { return "<w:r><w:t>" + text + "</w:t></w:r>" }

// reads holds what becomes of a document's body, and what is told: code: where.
func reads(t *testing.T, data []byte, want string, told ...string) {
	t.Helper()
	doc, err := Read(t.Context(), data)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.TrimSuffix(doc.Markdown, "\n"); got != want {
		t.Errorf("the document became %q, want %q", got, want)
	}
	var notes []string
	for _, n := range doc.Notes {
		notes = append(notes, n.Code+": "+n.Where)
	}
	if got, want := strings.Join(notes, "\n"), strings.Join(told, "\n"); got != want {
		t.Errorf("it tells\n%s\nwant\n%s", got, want)
	}
}

func TestSignsAtTheBeginningOfACellStand(t *testing.T) {
	t.Parallel()
	heading := `<w:p><w:pPr><w:pStyle w:val="H"/></w:pPr>` + said("#heading") + `</w:p>`
	data := made(t, map[string]string{
		"_rels/.rels":                  `<Relationships><Relationship Id="r1" Type="http://x/officeDocument" Target="word/document.xml"/></Relationships>`,
		"word/_rels/document.xml.rels": `<Relationships><Relationship Id="r1" Type="http://x/styles" Target="styles.xml"/></Relationships>`,
		"word/styles.xml":              `<w:styles><w:style w:styleId="H"><w:name w:val="heading 2"/></w:style></w:styles>`,
		"word/document.xml": `<w:document><w:body><w:tbl><w:tr><w:tc>` + para(said("#话题")) + `</w:tc><w:tc>` +
			heading + `</w:tc></w:tr></w:tbl></w:body></w:document>`,
	})
	reads(t, data, "| #话题 | #heading |\n| --- | --- |")
}

func TestEitherLineThroughTextIsOne(t *testing.T) {
	t.Parallel()
	for range 50 { // which was chance before
		reads(t, body(t, para(`<w:r><w:rPr><w:strike w:val="0"/><w:dstrike/></w:rPr><w:t>gone</w:t></w:r>`)), "~~gone~~")
		reads(t, body(t, para(`<w:r><w:rPr><w:dstrike w:val="0"/><w:strike/></w:rPr><w:t>gone</w:t></w:r>`)), "~~gone~~")
	}
}

func TestASymbolIsToldByItsOwnParagraph(t *testing.T) {
	t.Parallel()
	box := `<w:r><w:drawing><w:txbxContent>` + para(said("boxed")) + `</w:txbxContent></w:drawing></w:r>`
	reads(t, body(t, para(said("one"))+para(said("two"), box, `<w:r><w:sym w:font="Wingdings" w:char="F0E0"/></w:r>`)), "one\n\ntwo\n\nboxed", "symbol: two boxed")
}

func TestTextUnderPhoneticGuidesStands(t *testing.T) {
	t.Parallel()
	guided := func(rt, base string) string { return `<w:r><w:ruby><w:rubyPr/>` + rt + base + `</w:ruby></w:r>` }
	reads(t, body(t, para(said("在"), guided(`<w:rt>`+said("dōngjīng")+`</w:rt>`, `<w:rubyBase>`+said("东京")+`</w:rubyBase>`), said("住"))), "在东京住", "guide: 东京 dōngjīng")
	reads(t, body(t, para(guided("", `<w:rubyBase>`+said("东京")+`</w:rubyBase>`))), "东京")
	reads(t, body(t, para(guided(`<w:rt>`+said("rt")+`</w:rt>`, ""), said("after"))), "after", "guide: rt")
}

func TestTextInWhatIsNotKnownStands(t *testing.T) {
	t.Parallel()
	reads(t, body(t, para(`<w:r><w:novel><w:r><w:rPr/><w:t>in a run</w:t></w:r></w:novel></w:r>`)), "in a run")
	reads(t, body(t, para(`<w:novel><w:t>in a paragraph</w:t></w:novel>`)), "in a paragraph")
	reads(t, body(t, `<w:novel>`+said("in a body")+`</w:novel>`), "in a body")
	reads(t, body(t, para(said("a"))+`<m:oMathPara><m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath></m:oMathPara>`), "a\n\nx=1", "equation: x=1")
	reads(t, body(t, `<w:tbl><w:novel><w:tr><w:novel><w:tc>`+para(said("in a table"))+`</w:tc></w:novel></w:tr></w:novel></w:tbl>`), "| in a table |\n| --- |")
	reads(t, body(t, para(`<w:r><w:delText>gone</w:delText></w:r>`, said("a"))), "a", "deleted: gone")
	reads(t, body(t, para(said("before"))+`<w:altChunk r:id="r9"/>`), "before", "another: before")
}
