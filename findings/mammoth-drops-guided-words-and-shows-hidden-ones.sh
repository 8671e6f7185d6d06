#!/usr/bin/env bash
# The npm package mammoth 1.13.0 (.docx to HTML), on what editors in China do to a Word file:
# a word with a phonetic guide (拼音指南) and a note to oneself in hidden text.
# Guess: the word under the guide is kept, with the guide or without, and hidden text stays out,
# as text deleted while changes are tracked does.
# Seen: the word is gone with its guide (the message names w:ruby as ignored, not that text stood
# in it), and hidden text is published in the middle of the line without a message.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund mammoth@1.13.0 jszip@3.10.1
cat > seen.js <<'JS'
const mammoth = require('mammoth');
const JSZip = require('jszip');
const main = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
const types = 'http://schemas.openxmlformats.org/package/2006/content-types';
const relations = 'http://schemas.openxmlformats.org/package/2006/relationships';
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument';
const word = (body) => {
  const zip = new JSZip();
  zip.file('[Content_Types].xml', `<Types xmlns="${types}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`);
  zip.file('_rels/.rels', `<Relationships xmlns="${relations}"><Relationship Id="r1" Type="${office}" Target="word/document.xml"/></Relationships>`);
  zip.file('word/document.xml', `<w:document xmlns:w="${main}"><w:body>${body}</w:body></w:document>`);
  return zip.generateAsync({ type: 'nodebuffer' });
};
const run = (text) => `<w:r><w:t>${text}</w:t></w:r>`;
const bodies = {
  deleted: `<w:p>${run('喝')}<w:del w:id="1"><w:r><w:delText>酒</w:delText></w:r></w:del>${run('茶')}</w:p>`,
  guided: `<w:p>${run('喝')}<w:r><w:ruby><w:rt>${run('chá')}</w:rt><w:rubyBase>${run('茶')}</w:rubyBase></w:ruby></w:r>${run('去')}</w:p>`,
  hidden: `<w:p>${run('喝')}<w:r><w:rPr><w:vanish/></w:rPr><w:t>（待核实）</w:t></w:r>${run('茶')}</w:p>`,
};
(async () => {
  for (const [name, body] of Object.entries(bodies)) {
    const { value, messages } = await mammoth.convertToHtml({ buffer: await word(body) });
    console.log(`${name}: ${value} ${messages.map((m) => m.message).join('; ')}`.trim());
  }
})();
JS
node seen.js | tee seen
diff seen - <<'SEEN'
deleted: <p>喝茶</p>
guided: <p>喝去</p> An unrecognised element was ignored: w:ruby
hidden: <p>喝（待核实）茶</p>
SEEN
