// The editor of SPARQL queries. Its source map says which further packages it holds.
export { default } from "@zazuko/yasqe";
