// What nodemailer's mailparser does of the work that run.py compares: reads an mbox, splits it at its From lines, parses
// every message and decodes its content. It joins texts and converts them: leaves are not counted as the others count
// them. Prints: messages, texts and attachments, their octets. NODE_MODULES names the folder that holds the package.
import { createRequire } from "node:module";
import { messages } from "./mbox.mjs";

const { simpleParser } = createRequire(`${process.env.NODE_MODULES}/`)("mailparser");
let count = 0, leaves = 0, octets = 0;
const options = { skipHtmlToText: true, skipTextToHtml: true, skipImageLinks: true, skipTextLinks: true };
for (const message of messages(process.argv[2])) {
  const mail = await simpleParser(message, options);
  ++count;
  for (const text of [mail.text, mail.html]) if (text) ++leaves, octets += text.length;
  for (const attachment of mail.attachments) ++leaves, octets += attachment.size;
}
console.log(count, leaves, octets);
