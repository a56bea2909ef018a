// What postal-mime does of the work that run.py compares: reads an mbox, splits it at its From lines, parses every message
// and decodes its content. It joins texts and converts them: leaves are not counted as the others count them.
// Prints: messages, texts and attachments, their octets. NODE_MODULES names the folder that holds the package.
import { pathToFileURL } from "node:url";
import { messages } from "./mbox.mjs";

const { default: PostalMime } = await import(pathToFileURL(`${process.env.NODE_MODULES}/postal-mime/src/postal-mime.js`));
let count = 0, leaves = 0, octets = 0;
for (const message of messages(process.argv[2])) {
  const mail = await PostalMime.parse(message);
  ++count;
  for (const text of [mail.text, mail.html]) if (text) ++leaves, octets += text.length;
  for (const attachment of mail.attachments) ++leaves, octets += attachment.content.byteLength;
}
console.log(count, leaves, octets);
