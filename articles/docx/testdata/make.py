# Makes word.docx with python-docx 0.8.11 (Debian's python3-docx): what Word's people use that
# pandoc does not write. Run: /usr/bin/python3 make.py; pandoc.docx is `pandoc pandoc.md -o pandoc.docx` (2.17).
from docx import Document
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn, nsdecls
from docx.shared import Inches

d = Document()
d.add_heading('title: 标题 and more', 0)
d.add_heading('一级标题', 1)
p = d.add_paragraph('Plain ')
p.add_run('bold').bold = True
p.add_run('，')
r = p.add_run('“粗”'); r.bold = True
p.add_run('字 ')
r = p.add_run('under'); r.underline = True
p.add_run(' x')
r = p.add_run('2'); r.font.superscript = True
p.add_run(' H')
r = p.add_run('2'); r.font.subscript = True
p.add_run('O ')
r = p.add_run('gone'); r.font.strike = True
r = p.add_run('secret words'); r.font.hidden = True
p.add_run().add_break(WD_BREAK.LINE)
p.add_run('- after a break')
for s, t in [('List Bullet', 'one'), ('List Bullet 2', 'one a'), ('List Bullet', 'two'), ('List Number', 'first'), ('List Number', 'second')]:
    d.add_paragraph(t, style=s)
d.add_paragraph('A quoted line', style='Intense Quote')
t = d.add_table(rows=3, cols=3)
for i, row in enumerate(t.rows):
    for j, c in enumerate(row.cells):
        c.text = 'r%dc%d|x' % (i, j)
t.cell(0, 0).merge(t.cell(0, 1))
inner = t.cell(2, 2).add_table(rows=1, cols=2)
inner.cell(0, 0).text, inner.cell(0, 1).text = 'inner a', 'inner b'
d.add_picture('pot.png', width=Inches(1))
p = d.add_paragraph('Inserted: ')
p._p.append(parse_xml('<w:ins %s w:id="1" w:author="a"><w:r><w:t>new words</w:t></w:r></w:ins>' % nsdecls('w')))
p._p.append(parse_xml('<w:del %s w:id="2" w:author="a"><w:r><w:delText>old words</w:delText></w:r></w:del>' % nsdecls('w')))
p._p.append(parse_xml('<w:moveFrom %s w:id="3" w:author="a"><w:r><w:t>moved away</w:t></w:r></w:moveFrom>' % nsdecls('w')))
p = d.add_paragraph('A field: ')
for x in ['<w:fldChar w:fldCharType="begin"/>', '<w:instrText xml:space="preserve"> HYPERLINK "https://example.com/f" </w:instrText>', '<w:fldChar w:fldCharType="separate"/>', '<w:t>linked</w:t>', '<w:fldChar w:fldCharType="end"/>']:
    r = OxmlElement('w:r'); r.append(parse_xml(x.replace(' ', ' ' + nsdecls('w') + ' ', 1) if ' ' in x.split('>')[0] else x.replace('>', ' ' + nsdecls('w') + '>', 1))); p._p.append(r)
p = d.add_paragraph('An equation: ')
p._p.append(parse_xml('<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"><m:r><m:t>E=mc²</m:t></m:r></m:oMath>'))
p = d.add_paragraph('A box: ')
p._p.append(parse_xml('<w:r %s xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml"><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><w:txbxContent><w:p><w:r><w:t>in the box</w:t></w:r></w:p></w:txbxContent></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox><w:txbxContent><w:p><w:r><w:t>in the box</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>' % nsdecls('w')))
d.sections[0].header.paragraphs[0].text = 'The header'
d.save('word.docx')
