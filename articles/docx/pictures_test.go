package docx

import (
	"fmt"
	"strings"
	"testing"
)

// pictured is a document with the pictures a.png and b.png as r1 and r2.
func pictured(t *testing.T, inside string) []byte {
	t.Helper()
	return made(t, map[string]string{
		"_rels/.rels": `<Relationships><Relationship Id="r1" Type="http://x/officeDocument" Target="word/document.xml"/></Relationships>`,
		"word/_rels/document.xml.rels": `<Relationships><Relationship Id="r1" Type="http://x/image" Target="a.png"/>` +
			`<Relationship Id="r2" Type="http://x/image" Target="b.png"/></Relationships>`,
		"word/a.png": "a", "word/b.png": "b",
		"word/document.xml": `<w:document><w:body>` + inside + `</w:body></w:document>`,
	})
}

func pic(id, descr string) string {
	return fmt.Sprintf(`<pic:pic><pic:nvPicPr><pic:cNvPr id="1" name="p" descr="%s"/></pic:nvPicPr><pic:blipFill><a:blip r:embed="%s"/></pic:blipFill></pic:pic>`, descr, id)
}

func drawing(inside string) string {
	return `<w:r><w:drawing><wp:inline><wp:docPr id="1" name="d" descr="whole"/>` + inside + `</wp:inline></w:drawing></w:r>`
}

const (
	aPNG = "word-ca978112ca1b.png"
	bPNG = "word-3e23e8160039.png"
)

func TestEachPictureOfAGroupStands(t *testing.T) {
	t.Parallel()
	group := para(drawing(`<wpg:wgp>` + pic("r1", "left") + `<wpg:grpSp>` + pic("r2", "") + `</wpg:grpSp></wpg:wgp>`))
	reads(t, pictured(t, group), "![left]("+aPNG+")![]("+bPNG+")")
	reads(t, pictured(t, para(drawing(`<wpg:wgp>`+pic("r1", "left")+`</wpg:wgp>`))), "![whole]("+aPNG+")")
	const deep = 200
	reads(t, pictured(t, para(drawing(strings.Repeat(`<wpg:grpSp>`, deep)+pic("r1", "left")+strings.Repeat(`</wpg:grpSp>`, deep)))), "![whole]("+aPNG+")")
	reads(t, pictured(t, para(drawing(pic("r1", "file.png")))), "![whole]("+aPNG+")")
	reads(t, pictured(t, para(`<w:r><w:pict><v:group><v:shape><v:imagedata r:id="r1" o:title="one"/></v:shape><v:shape><v:imagedata r:id="r2" o:title="two"/></v:shape></v:group></w:pict></w:r>`)),
		"![one]("+aPNG+")![two]("+bPNG+")")
}

func TestAPictureInATextBoxStandsOnce(t *testing.T) {
	t.Parallel()
	box := `<wps:wsp><wps:txbx><w:txbxContent>` + para(drawing(pic("r1", ""))) + `</w:txbxContent></wps:txbx></wps:wsp>`
	reads(t, pictured(t, para(said("text"), drawing(box))), "text\n\n![whole]("+aPNG+")")
	reads(t, pictured(t, para(said("text"), drawing(`<wpg:wgp>`+box+pic("r2", "beside")+`</wpg:wgp>`))), "text![whole]("+bPNG+")\n\n![whole]("+aPNG+")")
}

func TestWhatADrawingCannotShowIsTold(t *testing.T) {
	t.Parallel()
	hidden := `<w:r><w:rPr><w:vanish/></w:rPr><w:drawing><wp:inline><wp:docPr id="1" name="d" descr="a map"/>` + pic("r1", "") + `</wp:inline></w:drawing></w:r>`
	reads(t, pictured(t, para(said("text"), hidden)), "text", "hidden image: a map")
	box := `<w:r><w:rPr><w:vanish/></w:rPr><w:pict><w:txbxContent>` + para(said("boxed")) + `</w:txbxContent></w:pict></w:r>`
	reads(t, pictured(t, para(said("text"), box)), "text", "hidden: boxed")
	reads(t, pictured(t, para(said("text"), drawing(`<lc:lockedCanvas><a:p><a:r><a:t>in a canvas</a:t></a:r></a:p></lc:lockedCanvas>`))), "text", "drawing: in a canvas")
	reads(t, pictured(t, para(said("text"), drawing(`<c:chart r:id="r9"/>`))), "text", "drawing: whole")
}
