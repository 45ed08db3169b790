import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['**/dist/**', '.nx/**', '.cache/**', 'node_modules/**'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: { '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }] },
  },
  { files: ['**/*.mjs', '*.config.ts'], ...tseslint.configs.disableTypeChecked },
);
