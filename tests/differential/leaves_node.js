// Leaves of one message as nodemailer's mailparser or postal-mime reads them: type, file name and decoded content, a line each.
const [, , folder, name, path] = process.argv;
const octets = require('fs').readFileSync(path);
const line = (type, file, content) => console.log([type, file || '', Buffer.from(content).toString('hex')].join('\t'));
(async () => {
  if (name === 'mailparser') {
    const mail = await require(folder + '/node_modules/mailparser').simpleParser(octets, { skipHtmlToText: true, skipTextToHtml: true });
    if (mail.text !== undefined) line('text/plain', '', mail.text);
    if (mail.html) line('text/html', '', mail.html);
    for (const a of mail.attachments) line(a.contentType, a.filename, a.content);
    for (const a of (mail.from ? mail.from.value : [])) console.log('from\t' + a.address);
  } else {
    const PostalMime = (await import(require.resolve('postal-mime', { paths: [folder] }))).default;
    const mail = await PostalMime.parse(octets);
    if (mail.text !== undefined) line('text/plain', '', mail.text);
    if (mail.html) line('text/html', '', mail.html);
    for (const a of mail.attachments) line(a.mimeType, a.filename, a.content);
    if (mail.from) console.log('from\t' + mail.from.address);
  }
})();
